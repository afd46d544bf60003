namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A name: a slot of the frame, a slot some environments up, or a global.</summary>
internal sealed class Identifier(int position, string name, bool declares, bool isStrict = false) : Expression(position)
{
    private const int Local = -1;
    private const int Global = -2;

    private int _hops = Global;
    private int _slot;
    private BindingKind _kind;

    public string Name { get; } = name;

    public bool Declares => declares;

    public bool IsGlobal => _hops == Global;

    public override bool IsTarget => true;

    public void Resolve(Binding binding, int hops)
    {
        _hops = binding.IsCaptured ? hops : Local;
        _slot = binding.Slot;
        _kind = binding.Kind;
    }

    public override Value Evaluate(Frame frame)
    {
        frame.Run.Tick();
        if (_hops == Global) return ReadGlobal(frame.Run);
        var value = _hops == Local ? frame.Slots[_slot] : Captured(frame)[_slot];
        return value.IsHole ? throw TooEarly(frame.Run) : value;
    }

    /// <summary>For <c>typeof</c>: an unknown global is undefined.</summary>
    public Value EvaluateIfKnown(Frame frame) =>
        IsGlobal && !frame.Run.TryGlobal(Name, out _) ? Value.Undefined : Evaluate(frame);

    public override void Assign(Frame frame, Value value)
    {
        if (_hops == Global)
        {
            if (isStrict) ReadGlobal(frame.Run);
            frame.Run.SetGlobal(Name, value);
            return;
        }

        var slots = _hops == Local ? frame.Slots : Captured(frame);
        if (!declares)
        {
            if (slots[_slot].IsHole) throw TooEarly(frame.Run);
            if (_kind == BindingKind.Self) return;
            if (_kind == BindingKind.Const)
            {
                frame.Run.Position = Position;
                throw frame.Run.TypeError($"Assignment to constant variable '{Name}'.");
            }
        }

        slots[_slot] = value;
    }

    public override string Describe() => Name;

    private Value[] Captured(Frame frame)
    {
        var environment = frame.Environment!;
        for (var i = _hops; i > 0; i--) environment = environment.Parent!;
        return environment.Slots;
    }

    private Value ReadGlobal(ScriptRun run)
    {
        if (run.TryGlobal(Name, out var value)) return value;
        run.Position = Position;
        throw run.Error("ReferenceError", $"{Name} is not defined");
    }

    private ThrowSignal TooEarly(ScriptRun run)
    {
        run.Position = Position;
        return run.Error("ReferenceError", $"Cannot access '{Name}' before initialization");
    }
}
