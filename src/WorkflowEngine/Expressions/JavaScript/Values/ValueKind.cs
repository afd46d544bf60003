namespace WorkflowEngine.Expressions.JavaScript;

internal enum ValueKind
{
    Undefined,
    Null,
    Boolean,
    Number,
    Text,
    Object,
    Hole,
}
