namespace WorkflowEngine.Expressions.JavaScript;

internal static class SyntaxFailure
{
    public static ScriptSyntaxException At(string source, int offset, string message)
    {
        var (line, column) = Place.Of(source, offset);
        return new ScriptSyntaxException($"{message} (line {line}, column {column})", line, column);
    }
}
