namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A literal of a simple value.</summary>
internal sealed class Literal(int position, Value value) : Expression(position)
{
    /// <summary>The place of an array literal where nothing stands.</summary>
    public bool IsHole => value.IsHole;

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        return value;
    }
}

/// <summary><c>this</c></summary>
internal sealed class ThisExpression(int position) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        return frame.This;
    }

    public override string Describe() => "this";
}

/// <summary><c>`a ${b} c`</c></summary>
internal sealed class TemplateLiteral(int position, string[] texts, Expression[] parts) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        Value result = texts[0];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i].Evaluate(frame);
            run.Position = parts[i].Position;
            result = Rope.Concat(run, result, part.IsText ? part : Coerce.ToText(run, part));
            result = Rope.Concat(run, result, texts[i + 1]);
        }

        return result;
    }
}

/// <summary>The texts of a tagged template: an array with the texts as written in <c>raw</c>, the same one whenever the run comes by.</summary>
internal sealed class TemplateTexts(int position, string[] texts, string[] raw) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        if (run.Templates.TryGetValue(this, out var known)) return known;
        var written = new ScriptArray(run, [.. raw.Select(text => new Value(text))]) { Frozen = true };
        return run.Templates[this] = new ScriptArray(run, [.. texts.Select(text => new Value(text))]) { Raw = written, Frozen = true };
    }
}

/// <summary><c>/pattern/flags</c>, compiled once with the script.</summary>
internal sealed class PatternLiteral(int position, Pattern pattern) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        return new RegExpObject(frame.Run, pattern);
    }
}

/// <summary><c>...x</c> among arguments or items.</summary>
internal sealed class Spread(int position, Expression source) : Expression(position)
{
    public Expression Source => source;

    public override Value Evaluate(Frame frame) => throw new InvalidOperationException();

    /// <summary>Evaluates a list of which some are spread.</summary>
    public static List<Value> EvaluateAll(Frame frame, Expression[] list)
    {
        var run = frame.Run;
        var values = new List<Value>(list.Length);
        foreach (var item in list)
        {
            if (item is not Spread spread)
            {
                values.Add(item.Evaluate(frame));
                continue;
            }

            var source = spread.Source.Evaluate(frame);
            run.Position = spread.Position;
            var more = Iteration.ToList(run, source);
            run.Charge(more.Count);
            run.Allocate(more.Count * 16L);
            values.AddRange(more);
        }

        return values;
    }
}

/// <summary><c>[a, ...b]</c></summary>
internal sealed class ArrayLiteral(int position, Expression[] items, bool hasSpread) : Expression(position)
{
    private readonly bool _hasHoles = items.Any(item => item is Literal { IsHole: true });

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        if (hasSpread) return new ScriptArray(frame.Run, Spread.EvaluateAll(frame, items)) { HasHoles = _hasHoles };
        var array = new ScriptArray(frame.Run, items.Length) { HasHoles = _hasHoles };
        foreach (var item in items) array.Items.Add(item.Evaluate(frame));
        return array;
    }
}

/// <summary>One entry of an object literal: a name, a computed key, or a spread when both are missing.</summary>
/// <param name="IsGetter">The value is the function of a getter, of a setter (false), or simply the value (null).</param>
internal sealed record ObjectEntry(string? Name, Expression? Key, Expression Value, bool? IsGetter = null);

/// <summary><c>{ a, b: 1, [c]: 2, ...d, e() {} }</c></summary>
internal sealed class ObjectLiteral(int position, ObjectEntry[] entries) : Expression(position)
{
    public override Value Evaluate(Frame frame)
    {
        var run = frame.Run;
        run.Tick();
        run.Allocate(32);
        var result = new ScriptObject();
        foreach (var entry in entries)
        {
            if ((entry.Name ?? (entry.Key is null ? null : Coerce.ToKey(run, entry.Key.Evaluate(frame)))) is { } key)
            {
                var value = entry.Value.Evaluate(frame);
                if (entry.IsGetter is { } isGetter) result.Define(run, key, value.Callable!, isGetter);
                else result.Define(run, key, value);
            }
            else ObjectFunctions.CopyMembers(run, entry.Value.Evaluate(frame), result);
        }

        return result;
    }
}
