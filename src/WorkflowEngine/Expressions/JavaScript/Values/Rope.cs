using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// A string under construction. Ropes share one builder, each seeing its own prefix, so that <c>s += x</c> in a loop costs
/// the length of x and not of s; the text is made once when somebody looks.
/// </summary>
internal sealed class Rope
{
    private const int WorthIt = 256;

    private readonly ScriptRun _run;
    private readonly StringBuilder _builder;
    private string? _flat;

    private Rope(ScriptRun run, StringBuilder builder)
    {
        _run = run;
        _builder = builder;
        Length = builder.Length;
    }

    public int Length { get; }

    public static Value Concat(ScriptRun run, Value left, Value right)
    {
        var rightLength = right.TextLength;
        if (rightLength == 0) return left;
        var leftLength = left.TextLength;
        if (leftLength == 0) return right;
        var total = (long)leftLength + rightLength;
        if (total < WorthIt)
        {
            run.AllocateText(total);
            return string.Concat(left.Text, right.Text);
        }

        if (left.AsRope is { } rope && rope._builder.Length == rope.Length)
        {
            run.AllocateText(rightLength + 24);
            rope._builder.Append(right.Text);
            return new Value(new Rope(run, rope._builder));
        }

        run.AllocateText(total + 48);
        var builder = new StringBuilder((int)Math.Min(total * 2, 1 << 20));
        builder.Append(left.Text).Append(right.Text);
        return new Value(new Rope(run, builder));
    }

    public string Flatten()
    {
        if (_flat is not null) return _flat;
        _run.AllocateText(Length);
        return _flat = _builder.ToString(0, Length);
    }
}
