namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The limits a script can hit.</summary>
public enum ScriptLimit
{
    /// <summary>Too many evaluation steps.</summary>
    Fuel,

    /// <summary>Too much data created.</summary>
    Memory,

    /// <summary>Source, data or calls nested too deep.</summary>
    Depth,

    /// <summary>Source text too long.</summary>
    SourceLength,

    /// <summary>A value for the host is too large.</summary>
    OutputSize,
}
