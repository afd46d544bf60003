namespace WorkflowEngine.Definitions;

/// <summary>A value that is not, and cannot be made, of the declared type.</summary>
public sealed class ValueConversionException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static ValueConversionException Of(string? value, string type, Exception? inner = null) =>
        new($"'{(value?.Length > 100 ? value[..100] + "…" : value)}' is no {type}.", inner);
}
