namespace WorkflowEngine.Definitions;

/// <summary>A value that is not, and cannot be made, of the declared type.</summary>
public sealed class ValueConversionException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>It is a value of another kind. False: JSON text that cannot be read, or a number beyond the type's bounds.</summary>
    internal bool IsMismatch => InnerException is null or FormatException;

    internal static ValueConversionException Of(string? value, string type, Exception? inner = null) =>
        new($"'{(value?.Length > 100 ? value[..100] + "…" : value)}' is no {type}.", inner);
}
