using System.Runtime.CompilerServices;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>A script value in 16 bytes: undefined, null, boolean, number, string (flat or rope) or object.</summary>
internal readonly struct Value
{
    private static readonly Tag NumberTag = new(ValueKind.Number);
    private static readonly Tag BooleanTag = new(ValueKind.Boolean);
    private static readonly Tag NullTag = new(ValueKind.Null);
    private static readonly Tag HoleTag = new(ValueKind.Hole);

    private readonly object? _ref;
    private readonly double _number;

    private Value(object? reference, double number)
    {
        _ref = reference;
        _number = number;
    }

    public Value(double number)
    {
        _ref = NumberTag;
        _number = number;
    }

    public Value(string text)
    {
        _ref = text;
        _number = 0;
    }

    public Value(Rope text)
    {
        _ref = text;
        _number = 0;
    }

    public Value(ScriptObject value)
    {
        _ref = value;
        _number = 0;
    }

    public static Value Undefined => default;

    public static Value Null { get; } = new(NullTag, 0);

    public static Value True { get; } = new(BooleanTag, 1);

    public static Value False { get; } = new(BooleanTag, 0);

    /// <summary>Not a script value: a binding before its declaration, or a broken optional chain.</summary>
    public static Value Hole { get; } = new(HoleTag, 0);

    public static Value EmptyText { get; } = new(string.Empty);

    public static Value NaN { get; } = new(double.NaN);

    public ValueKind Kind => _ref switch
    {
        null => ValueKind.Undefined,
        Tag tag => tag.Kind,
        ScriptObject => ValueKind.Object,
        _ => ValueKind.Text,
    };

    public bool IsNumber => ReferenceEquals(_ref, NumberTag);

    public bool IsUndefined => _ref is null;

    public bool IsNull => ReferenceEquals(_ref, NullTag);

    public bool IsNullish => _ref is null || ReferenceEquals(_ref, NullTag);

    public bool IsBoolean => ReferenceEquals(_ref, BooleanTag);

    public bool IsHole => ReferenceEquals(_ref, HoleTag);

    public bool IsText => _ref is string || _ref is Rope;

    public bool IsObject => _ref is ScriptObject;

    /// <summary>The number, or 1 and 0 for booleans.</summary>
    public double Number => _number;

    /// <summary>The string; only when <see cref="IsText"/>.</summary>
    public string Text => _ref as string ?? ((Rope)_ref!).Flatten();

    public int TextLength => _ref is string text ? text.Length : ((Rope)_ref!).Length;

    public Rope? AsRope => _ref as Rope;

    public ScriptObject? Object => _ref as ScriptObject;

    public ScriptArray? Array => _ref as ScriptArray;

    public Callable? Callable => _ref as Callable;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Value Of(bool value) => value ? True : False;

    public static Value Of(ScriptObject? value) => value is null ? Null : new Value(value);

    public static implicit operator Value(double number) => new(number);

    public static implicit operator Value(string text) => new(text);

    public static implicit operator Value(bool value) => Of(value);

    public static implicit operator Value(ScriptObject value) => new(value);

    private sealed class Tag(ValueKind kind)
    {
        public ValueKind Kind { get; } = kind;
    }
}
