namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Line and column (from 1) of an offset in a source.</summary>
internal static class Place
{
    public static (int Line, int Column) Of(string source, int offset)
    {
        var line = 1;
        var start = 0;
        for (var i = 0; i < Math.Min(offset, source.Length); i++)
        {
            if (source[i] is not ('\n' or '\u2028' or '\u2029') && (source[i] != '\r' || (i + 1 < source.Length && source[i + 1] == '\n'))) continue;
            line++;
            start = i + 1;
        }

        return (line, Math.Max(offset - start, 0) + 1);
    }
}
