using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// Rewrites a regular expression of the language for .NET: ASCII classes, groups by number, ends of lines.
/// Refuses by name what cannot be matched in linear time. <c>\b</c> follows Unicode letters here.
/// </summary>
internal sealed class PatternTranslator(string source, string flags)
{
    /// <summary>Largest automaton in characters after writing out the counted repeats.</summary>
    private const int LargestSize = 400;

    /// <summary>Most different characters and classes: at so many the compiled one takes up to 20 MB, at 300 it took 90.</summary>
    private const int MostVariety = 100;

    private const int DeepestGroups = 30;

    private readonly StringBuilder _out = new();
    private readonly Stack<int> _groups = new();
    private readonly List<(string Name, int Group)> _names = [];
    private readonly HashSet<string> _atoms = [];
    private readonly bool _unicode = flags.Contains('u');
    private int _at;

    /// <summary>Size at which the atom before a quantifier begins; -1 when there is nothing to repeat.</summary>
    private int _atom = -1;

    public int Groups { get; private set; }

    public int Size { get; private set; }

    /// <summary>How many different characters and classes it is made of.</summary>
    public int Variety => _atoms.Count;

    public IReadOnlyList<(string Name, int Group)> GroupNames => _names;

    public string Translate()
    {
        while (_at < source.Length) Next(source[_at++]);
        if (_groups.Count > 0) throw new FormatException("a group of the regular expression is never closed");
        return _out.ToString();
    }

    private void Next(char c)
    {
        switch (c)
        {
            case '(': OpenGroup(); break;
            case ')':
                if (!_groups.TryPop(out _atom)) throw new FormatException("unmatched ')' in the regular expression");
                _out.Append(')');
                break;
            case '|':
                _out.Append('|');
                _atom = -1;
                break;
            case '^': Anchor(flags.Contains('m') ? "(?m:^)" : @"\A"); break;
            case '$': Anchor(flags.Contains('m') ? "(?m:$)" : @"\z"); break;
            case '.': Atom(flags.Contains('s') ? @"[\s\S]" : @"[^\n\r\u2028\u2029]"); break;
            case '[': Atom(new PatternClass(source, _unicode).Translate(ref _at)); break;
            case '\\': Escape(); break;
            case '*' or '+' or '?': Repeat(c.ToString(), 1); break;
            case '{' when TryCount(out var count, out var times): Repeat(count, times); break;
            default: Atom(PatternClass.Literal(c)); break;
        }
    }

    private void OpenGroup()
    {
        if (_groups.Count >= DeepestGroups) throw new FormatException("groups of the regular expression nest too deep");
        _groups.Push(Size);
        _atom = -1;
        if (_at >= source.Length || source[_at] != '?')
        {
            _out.Append(CultureInfo.InvariantCulture, $"(?<{++Groups}>");
            return;
        }

        var rest = source.AsSpan(_at);
        if (rest.StartsWith("?:"))
        {
            _at += 2;
            _out.Append("(?:");
            return;
        }

        if (rest.StartsWith("?=") || rest.StartsWith("?!")) throw new FormatException("lookahead in a regular expression is not supported");
        if (rest.StartsWith("?<=") || rest.StartsWith("?<!")) throw new FormatException("lookbehind in a regular expression is not supported");
        var end = source.IndexOf('>', _at);
        var name = rest.StartsWith("?<") && end > 0 ? source[(_at + 2)..end] : string.Empty;
        if (name.Length == 0 || !name.All(Lexer.IsNamePart)) throw new FormatException("unknown kind of group in a regular expression");
        if (_names.Any(known => known.Name == name)) throw new FormatException("a group name in a regular expression is used twice");
        _names.Add((name, ++Groups));
        _at = end + 1;
        _out.Append(CultureInfo.InvariantCulture, $"(?<{Groups}>");
    }

    private void Escape()
    {
        if (_at >= source.Length) throw new FormatException("a regular expression ends with a backslash");
        var c = source[_at];
        switch (c)
        {
            case 'b' or 'B':
                _at++;
                Anchor(@"\" + c);
                break;
            case >= '1' and <= '9' or 'k': throw new FormatException("a backreference in a regular expression is not supported");
            default: Atom("[" + PatternClass.Escape(source, ref _at, _unicode, out _) + "]"); break;
        }
    }

    private void Atom(string text)
    {
        _atom = Size;
        Grow(1);
        if (_atoms.Add(text) && _atoms.Count > MostVariety) throw new FormatException("the regular expression is made of too many different characters");
        _out.Append(text);
    }

    private void Anchor(string text)
    {
        _atom = -1;
        _out.Append(text);
    }

    private void Repeat(string quantifier, int times)
    {
        if (_atom < 0) throw new FormatException("nothing to repeat in a regular expression");
        Grow((long)(Size - _atom) * (times - 1));
        _atom = -1;
        _out.Append(quantifier);
        if (_at >= source.Length || source[_at] != '?') return;
        _at++;
        _out.Append('?');
    }

    private void Grow(long size)
    {
        if (Size + size > LargestSize) throw new FormatException("the regular expression is too large");
        Size += (int)size;
    }

    /// <summary>Reads <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> behind the brace; anything else is a plain brace.</summary>
    private bool TryCount(out string count, out int times)
    {
        count = string.Empty;
        times = 0;
        var end = source.IndexOf('}', _at);
        if (end < 0) return false;
        var text = source[_at..end];
        var parts = text.Split(',');
        if (parts.Length > 2 || parts[0].Length == 0 || !parts.All(part => part.All(char.IsAsciiDigit))) return false;
        if (parts.Any(part => part.Length > 4)) throw new FormatException("the regular expression is too large");
        var least = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var most = parts.Length == 2 && parts[1].Length > 0 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : least;
        if (most < least) throw new FormatException("numbers out of order in a repeat of a regular expression");
        times = Math.Max(most, 1);
        count = "{" + text + "}";
        _at = end + 1;
        return true;
    }
}
