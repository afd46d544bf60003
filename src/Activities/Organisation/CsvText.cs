using System.Text;

namespace Unions.Organisation;

/// <summary>CSV as spreadsheets write it (RFC 4180): quoted cells may hold separators, quotes doubled and line breaks; <c>;</c> where the header uses it.</summary>
internal static class CsvText
{
    /// <summary>The records with the line each begins on (from 1); empty lines are left out.</summary>
    public static IReadOnlyList<(int Line, IReadOnlyList<string> Cells)> Read(string text)
    {
        var header = text.AsSpan(0, text.IndexOf('\n') is var end and >= 0 ? end : text.Length);
        var separator = header.Count(';') > header.Count(',') ? ';' : ',';
        var records = new List<(int, IReadOnlyList<string>)>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, begin, quoted) = (1, 1, false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n') line++;
            if (quoted)
            {
                if (c != '"') cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') cell.Append(text[i++]);
                else quoted = false;
            }
            else if (c == '"' && cell.Length == 0) quoted = true;
            else if (c == separator) EndCell();
            else if (c == '\n') EndRecord();
            else if (c != '\r') cell.Append(c);
        }

        EndRecord();
        return records;

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
        }

        void EndRecord()
        {
            EndCell();
            if (cells.Any(v => v.Trim().Length > 0)) records.Add((begin, cells));
            cells = [];
            begin = line;
        }
    }
}
