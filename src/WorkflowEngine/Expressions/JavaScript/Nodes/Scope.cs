namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The names of a function, block or loop. While parsing it collects them; afterwards it opens itself at run time.</summary>
internal sealed class Scope(Scope? parent, FunctionCode function, bool isFunction)
{
    private readonly Dictionary<string, Binding> _bindings = new(StringComparer.Ordinal);
    private readonly List<(Identifier Name, FunctionCode Code)> _functions = [];
    private int[] _localHoles = [];
    private int[] _capturedHoles = [];
    private int _captured;
    private bool _hidesParameters;

    public Scope? Parent { get; } = parent;

    public FunctionCode Function { get; } = function;

    public bool IsFunction { get; } = isFunction;

    /// <summary>Entering makes an environment: some name is captured by a closure.</summary>
    public bool HasEnvironment => _captured > 0;

    public bool IsEmpty { get; private set; }

    public Binding? Find(string name) => _bindings.GetValueOrDefault(name);

    public Binding Declare(string name, BindingKind kind)
    {
        var binding = new Binding(name, kind, this);
        _bindings[name] = binding;
        return binding;
    }

    /// <summary>Parameters cannot be read before they have got their values: a default value comes before some of them.</summary>
    public void HidesParameters() => _hidesParameters = true;

    public void Hoist(Identifier name, FunctionCode code) => _functions.Add((name, code));

    /// <summary>Gives every name its slot, after all captures are known.</summary>
    public void Allot()
    {
        foreach (var binding in _bindings.Values) binding.Slot = binding.IsCaptured ? _captured++ : Function.SlotCount++;
        _localHoles = [.. _bindings.Values.Where(binding => IsHidden(binding) && !binding.IsCaptured).Select(binding => binding.Slot)];
        _capturedHoles = [.. _bindings.Values.Where(binding => IsHidden(binding) && binding.IsCaptured).Select(binding => binding.Slot)];
        IsEmpty = _bindings.Count == 0;
    }

    private bool IsHidden(Binding binding) => binding.IsLexical || (_hidesParameters && binding.Kind == BindingKind.Parameter);

    public void Open(Frame frame)
    {
        if (_captured > 0)
        {
            var slots = frame.Run.NewSlots(_captured);
            foreach (var slot in _capturedHoles) slots[slot] = Value.Hole;
            frame.Environment = new Environment(slots, frame.Environment);
        }

        if (_localHoles.Length > 8) frame.Run.Charge(_localHoles.Length / 8);
        foreach (var slot in _localHoles) frame.Slots[slot] = Value.Hole;
    }

    public void OpenFunctions(Frame frame)
    {
        foreach (var (name, code) in _functions) name.Assign(frame, new Closure(frame, code));
    }

    /// <summary>A fresh environment with the same values: each turn of a <c>for (let …)</c> has its own.</summary>
    public void Renew(Frame frame)
    {
        if (_captured == 0) return;
        var slots = frame.Run.NewSlots(_captured);
        frame.Environment!.Slots.CopyTo(slots, 0);
        frame.Environment = new Environment(slots, frame.Environment.Parent);
    }
}
