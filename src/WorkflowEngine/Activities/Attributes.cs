namespace WorkflowEngine.Activities;

/// <summary>
/// Names an activity type for documents and designers. The type name is spelt out because renaming a class must not break stored definitions.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ActivityAttribute(string typeName) : Attribute
{
    public string TypeName { get; } = typeName;

    /// <summary>Version of the type; documents name it beside the type.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Folder in the designer's palette.</summary>
    public string Category { get; init; } = "Primitives";

    /// <summary>Vietnamese name shown to designers.</summary>
    public string? NameVi { get; init; }

    /// <summary>English name; without it derived from the type name.</summary>
    public string? NameEn { get; init; }

    /// <summary>One sentence, Vietnamese.</summary>
    public string? TextVi { get; init; }

    /// <summary>One sentence, English.</summary>
    public string? TextEn { get; init; }

    /// <summary>Action, Trigger, Task or Job.</summary>
    public string Kind { get; init; } = "Action";

    public bool IsStart { get; init; }
    public bool IsTerminal { get; init; }
    public bool IsContainer { get; init; }
    public bool IsBrowsable { get; init; } = true;

    /// <summary>Outcomes shown as flow ports, in order; none means Done.</summary>
    public string[] Outcomes { get; init; } = [];

    /// <summary>JSON names of the ports that hold embedded activities.</summary>
    public string[] Ports { get; init; } = [];
}

/// <summary>An input that an activity declares; a readonly field of the activity's class.</summary>
public abstract class Input(string name, Type type)
{
    /// <summary>Name in Pascal case as Elsa's descriptors have it.</summary>
    public string Name { get; } = name;

    /// <summary>Name in documents.</summary>
    public string JsonName { get; } = char.ToLowerInvariant(name[0]) + name[1..];

    public Type Type { get; } = type;

    /// <summary>Alias of the type (<c>String</c>, <c>Boolean</c>, …); without it derived from <see cref="Type"/>.</summary>
    public string? TypeName { get; init; }

    public string? LabelVi { get; init; }
    public string? LabelEn { get; init; }
    public string? HintVi { get; init; }
    public string? HintEn { get; init; }
    public string? Category { get; init; }

    /// <summary>Kind of editor in the designer.</summary>
    public string UiHint { get; init; } = "singleline";

    /// <summary>False: the raw JSON value stands in the document, without type name and expression.</summary>
    public bool IsWrapped { get; init; } = true;

    /// <summary>False: evaluated by the activity itself, each time it asks.</summary>
    public bool AutoEvaluate { get; init; } = true;

    /// <summary>True: never written to the journal in clear.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>True: a list that may be long. Scripts may give a longer one, and of a long one state and journal keep its length only.</summary>
    public bool IsBulk { get; init; }

    public object? Default { get; init; }
}

/// <inheritdoc cref="Input"/>
public sealed class Input<T>(string name) : Input(name, typeof(T));

/// <summary>An output that an activity declares; a readonly field of the activity's class.</summary>
public sealed class Output(string name, string typeName = "Object")
{
    public string Name { get; } = name;
    public string JsonName { get; } = char.ToLowerInvariant(name[0]) + name[1..];
    public string TypeName { get; } = typeName;
    public string? LabelVi { get; init; }
    public string? LabelEn { get; init; }
}
