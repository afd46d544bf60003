using System.Globalization;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Reads a regular expression. Refuses by name what cannot be matched in linear time.</summary>
internal sealed class PatternReader(string source, string flags)
{
    private const int DeepestGroups = 30;

    private readonly bool _unicode = flags.Contains('u');
    private readonly bool _lines = flags.Contains('m');
    private readonly List<(string Name, int Group)> _names = [];
    private readonly PatternClass _class = new(source, flags.Contains('u'), flags.Contains('i') ? PatternCase.Of(flags.Contains('u')) : null);
    private readonly Dictionary<int, PatternSet> _known = [];
    private int _at;
    private int _depth;

    public int Groups { get; private set; }

    public int Looks { get; private set; }

    public IReadOnlyList<(string Name, int Group)> GroupNames => _names;

    public PatternNode Read()
    {
        var node = Choice();
        return _at < source.Length ? throw new FormatException("unmatched ')' in the regular expression") : node;
    }

    private PatternNode Choice()
    {
        var ways = new List<PatternNode> { Sequence() };
        while (_at < source.Length && source[_at] == '|')
        {
            _at++;
            ways.Add(Sequence());
        }

        return ways.Count == 1 ? ways[0] : new PatternChoice(ways);
    }

    private PatternSequence Sequence()
    {
        var parts = new List<PatternNode>();
        while (_at < source.Length && source[_at] is not ('|' or ')'))
        {
            var group = Groups + 1;
            var part = Term();
            parts.Add(part is PatternPlace or PatternLook ? part : Repeated(part, group));
        }

        return new PatternSequence(parts);
    }

    private PatternNode Term()
    {
        var c = source[_at];
        switch (c)
        {
            case '(': return Group();
            case '^' or '$': return Place(c == '^' ? _lines ? PatternStep.LineStart : PatternStep.Start : _lines ? PatternStep.LineEnd : PatternStep.End, 1);
            case '.':
                _at++;
                return new PatternAtom(PatternClass.Dot(flags.Contains('s')));
            case '[':
                _at++;
                return new PatternAtom(_class.Read(ref _at));
            case '\\': return Escape();
            case '*' or '+' or '?': throw new FormatException("nothing to repeat in a regular expression");
            case '{' when TryCount(out _, out _): throw new FormatException("nothing to repeat in a regular expression");
            default:
                var plain = _class.Plain(ref _at);
                if (!_known.TryGetValue(plain, out var set)) _known[plain] = set = _class.One(plain);
                return new PatternAtom(set);
        }
    }

    private PatternPlace Place(PatternStep kind, int length)
    {
        _at += length;
        return new PatternPlace(kind);
    }

    private PatternNode Escape()
    {
        var c = _at + 1 < source.Length ? source[_at + 1] : '\0';
        switch (c)
        {
            case 'b' or 'B': return Place(c == 'b' ? PatternStep.WordEdge : PatternStep.NoWordEdge, 2);
            case >= '1' and <= '9' or 'k': throw new FormatException("a backreference in a regular expression is not supported");
            default:
                _at++;
                return new PatternAtom(_class.Escaped(ref _at));
        }
    }

    private PatternNode Group()
    {
        if (++_depth > DeepestGroups) throw new FormatException("groups of the regular expression nest too deep");
        _at++;
        var rest = source.AsSpan(_at);
        PatternNode node;
        if (rest.StartsWith("?:"))
        {
            _at += 2;
            node = Choice();
        }
        else if (rest.StartsWith("?=") || rest.StartsWith("?!")) node = Look(2, isBehind: false);
        else if (rest.StartsWith("?<=") || rest.StartsWith("?<!")) node = Look(3, isBehind: true);
        else
        {
            var number = ++Groups;
            if (rest.StartsWith("?")) Name(rest, number);
            node = new PatternGroup(number, Choice());
        }

        if (_at >= source.Length) throw new FormatException("a group of the regular expression is never closed");
        _at++;
        _depth--;
        return node;
    }

    private PatternLook Look(int length, bool isBehind)
    {
        var isNegative = source[_at + length - 1] == '!';
        _at += length;
        var (number, first) = (Looks++, Groups + 1);
        var body = Choice();
        return new PatternLook(number, body, isBehind, isNegative, first, Groups + 1);
    }

    private void Name(ReadOnlySpan<char> rest, int number)
    {
        var end = rest.StartsWith("?<") ? source.IndexOf('>', _at) : -1;
        var name = end > 0 ? source[(_at + 2)..end] : string.Empty;
        if (name.Length == 0 || !name.All(Lexer.IsNamePart)) throw new FormatException("unknown kind of group in a regular expression");
        if (_names.Any(known => known.Name == name)) throw new FormatException("a group name in a regular expression is used twice");
        _names.Add((name, number));
        _at = end + 1;
    }

    private PatternNode Repeated(PatternNode body, int firstGroup)
    {
        if (_at >= source.Length) return body;
        var (least, most) = source[_at] switch { '*' => (0, int.MaxValue), '+' => (1, int.MaxValue), '?' => (0, 1), _ => (1, 1) };
        if (source[_at] is '*' or '+' or '?') _at++;
        else if (source[_at] != '{' || !TryCount(out least, out most)) return body;
        var isLazy = _at < source.Length && source[_at] == '?';
        if (isLazy) _at++;
        if (_at < source.Length && (source[_at] is '*' or '+' or '?' || (source[_at] == '{' && TryCount(out _, out _))))
            throw new FormatException("nothing to repeat in a regular expression");
        return new PatternRepeat(body, least, most, !isLazy, firstGroup, Groups + 1);
    }

    /// <summary>Reads <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; anything else is a plain brace.</summary>
    private bool TryCount(out int least, out int most)
    {
        (least, most) = (0, 0);
        var end = source.IndexOf('}', _at);
        if (end < 0) return false;
        var parts = source[(_at + 1)..end].Split(',');
        if (parts.Length > 2 || parts[0].Length == 0 || !parts.All(part => part.All(char.IsAsciiDigit)))
            return _unicode ? throw new FormatException("a brace in a regular expression that is no count") : false;
        if (parts.Any(part => part.Length > 4)) throw new FormatException("the regular expression is too large");
        least = int.Parse(parts[0], CultureInfo.InvariantCulture);
        most = parts.Length == 1 ? least : parts[1].Length == 0 ? int.MaxValue : int.Parse(parts[1], CultureInfo.InvariantCulture);
        if (most < least) throw new FormatException("numbers out of order in a repeat of a regular expression");
        _at = end + 1;
        return true;
    }
}
