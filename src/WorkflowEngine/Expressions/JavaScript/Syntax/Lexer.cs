using System.Globalization;
using System.Text;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>Splits a source into tokens in one pass without recursion and joins the brackets.</summary>
internal sealed class Lexer(string source, ScriptLimits limits)
{
    private static readonly HashSet<string> Keywords =
    [
        "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "export",
        "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null", "return", "super",
        "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with",
    ];

    // Longest first.
    private static readonly string[] Symbols =
    [
        ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=",
        "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
        "{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=", ".",
    ];

    /// <summary>Names are looked up for one step of fuel each, so they stay short.</summary>
    public const int LongestName = 256;

    private readonly List<Token> _tokens = [];
    private readonly Stack<int> _open = new();
    private int _at;
    private bool _newLine;

    public List<Token> Run()
    {
        while (SkipSpace()) Next();
        if (_open.TryPop(out var open)) throw Fail($"'{_tokens[open].Text}' is never closed", _tokens[open].Start);
        Add(TokenKind.End, string.Empty, _at);
        return _tokens;
    }

    private void Next()
    {
        var start = _at;
        var c = source[_at];
        if (char.IsAsciiDigit(c) || (c == '.' && _at + 1 < source.Length && char.IsAsciiDigit(source[_at + 1])))
        {
            var number = NumberLiteral.Read(source, ref _at);
            Add(TokenKind.Number, string.Empty, start, number);
        }
        else if (c is '"' or '\'') Text(c);
        else if (c == '`') Template(start, first: true);
        else if (IsNameStart(c)) Name();
        else if (c == '/' && PatternMayStart()) Pattern();
        else if (c == '}' && _open.TryPeek(out var open) && _tokens[open].Kind == TokenKind.Template)
        {
            _open.Pop();
            Template(start, first: false);
        }
        else Symbol();
    }

    private void Symbol()
    {
        var start = _at;
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, _at, symbol, 0, symbol.Length) != 0) continue;
            if (symbol == "?." && _at + 2 < source.Length && char.IsAsciiDigit(source[_at + 2])) continue;
            _at += symbol.Length;
            Add(TokenKind.Symbol, symbol, start);
            if (symbol is "(" or "[" or "{") Open();
            else if (symbol is ")" or "]" or "}") Close(symbol, start);
            return;
        }

        throw Fail(source[_at] switch
        {
            '#' => "private names are not supported",
            '@' => "decorators are not supported",
            '\\' => "escapes in names are not supported",
            _ => $"unexpected character '{source[_at]}'",
        }, _at);
    }

    private void Close(string symbol, int start)
    {
        var wanted = symbol switch { ")" => "(", "]" => "[", _ => "{" };
        if (!_open.TryPop(out var open) || _tokens[open].Text != wanted || _tokens[open].Kind != TokenKind.Symbol)
            throw Fail($"unexpected '{symbol}'", start);
        Join(open, _tokens.Count - 1);
    }

    private void Join(int open, int close)
    {
        var token = _tokens[open];
        token.Partner = close;
        _tokens[open] = token;
        token = _tokens[close];
        token.Partner = open;
        _tokens[close] = token;
    }

    private void Name()
    {
        var start = _at;
        while (_at < source.Length && IsNamePart(source[_at])) _at++;
        if (_at < source.Length && source[_at] == '\\') throw Fail("escapes in names are not supported", _at);
        if (_at - start > LongestName) throw Fail("a name is too long", start);
        var name = source[start.._at];
        Add(Keywords.Contains(name) ? TokenKind.Keyword : TokenKind.Name, name, start);
    }

    private void Text(char quote)
    {
        var start = _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= source.Length || source[_at] is '\n' or '\r') throw Fail("a string is never closed", start);
            if (source[_at] == quote) break;
            if (source[_at] == '\\') Escapes.Read(source, ref _at, text);
            else text.Append(source[_at++]);
        }

        _at++;
        Add(TokenKind.Text, text.ToString(), start);
    }

    /// <summary>A piece of a template, up to <c>${</c> or the end; <see cref="_at"/> stands on <c>`</c> or <c>}</c>.</summary>
    private void Template(int start, bool first)
    {
        _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= source.Length) throw Fail("a template is never closed", start);
            if (source[_at] == '`') break;
            if (source[_at] == '$' && _at + 1 < source.Length && source[_at + 1] == '{') break;
            if (source[_at] == '\\') Escapes.Read(source, ref _at, text);
            else if (source[_at] == '\r')
            {
                text.Append('\n');
                _at += _at + 1 < source.Length && source[_at + 1] == '\n' ? 2 : 1;
            }
            else text.Append(source[_at++]);
        }

        var last = source[_at] == '`';
        _at += last ? 1 : 2;
        Add(TokenKind.Template, text.ToString(), start);
        var token = _tokens[^1];
        token.IsLast = last;
        token.IsFirst = first;
        _tokens[^1] = token;
        if (!last) Open();
    }

    private void Open()
    {
        if (_open.Count >= limits.Nesting) throw new ScriptLimitException(ScriptLimit.Depth, limits.Nesting);
        _open.Push(_tokens.Count - 1);
    }

    private void Pattern()
    {
        var start = _at++;
        var inClass = false;
        for (; ; _at++)
        {
            if (_at >= source.Length || source[_at] is '\n' or '\r') throw Fail("a regular expression is never closed", start);
            if (source[_at] == '\\') _at++;
            else if (source[_at] == '[') inClass = true;
            else if (source[_at] == ']') inClass = false;
            else if (source[_at] == '/' && !inClass) break;
        }

        var body = source[(start + 1).._at++];
        var flags = _at;
        while (_at < source.Length && IsNamePart(source[_at])) _at++;
        Add(TokenKind.Pattern, body, start);
        var token = _tokens[^1];
        token.Flags = source[flags.._at];
        _tokens[^1] = token;
    }

    /// <summary>Whether a slash here begins a regular expression: decided by the token before it.</summary>
    private bool PatternMayStart()
    {
        if (_tokens.Count == 0) return true;
        var last = _tokens[^1];
        switch (last.Kind)
        {
            case TokenKind.Number or TokenKind.Text or TokenKind.Name or TokenKind.Pattern: return last.Kind == TokenKind.Name && last.Text == "await";
            case TokenKind.Template: return !last.IsLast;
            case TokenKind.Keyword: return last.Text is not ("this" or "null" or "true" or "false" or "super");
        }

        switch (last.Text)
        {
            case ")":
                var before = last.Partner - 1;
                return before >= 0 && _tokens[before].Kind == TokenKind.Keyword && _tokens[before].Text is "if" or "while" or "for";
            case "]": return false;
            case "}": return IsBlock(last.Partner);
            case "++" or "--": return false;
            default: return true;
        }
    }

    /// <summary>Whether the brace opens a block and not an object literal, by the token before it.</summary>
    private bool IsBlock(int brace)
    {
        if (brace == 0) return true;
        var before = _tokens[brace - 1];
        if (before.Kind == TokenKind.Keyword) return before.Text is "else" or "do" or "try" or "finally";
        return before.Kind == TokenKind.Symbol && before.Text is ")" or ";" or "{" or "}" or "=>";
    }

    private bool SkipSpace()
    {
        _newLine = false;
        while (_at < source.Length)
        {
            var c = source[_at];
            if (c is '\n' or '\r' or '\u2028' or '\u2029') _newLine = true;
            else if (c == '/' && _at + 1 < source.Length && source[_at + 1] == '/') SkipLine();
            else if (c == '/' && _at + 1 < source.Length && source[_at + 1] == '*') SkipComment();
            else if (!char.IsWhiteSpace(c) && c != '\uFEFF') return true;
            if (_at < source.Length) _at++;
        }

        return false;
    }

    private void SkipLine()
    {
        while (_at + 1 < source.Length && source[_at + 1] is not ('\n' or '\r' or '\u2028' or '\u2029')) _at++;
    }

    private void SkipComment()
    {
        var end = source.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0) throw Fail("a comment is never closed", _at);
        _newLine |= source.AsSpan(_at, end - _at).IndexOfAny("\n\r\u2028\u2029") >= 0;
        _at = end + 1;
    }

    private void Add(TokenKind kind, string text, int start, double number = 0) => _tokens.Add(new Token
    {
        Kind = kind,
        Text = text,
        Flags = string.Empty,
        Number = number,
        Start = start,
        End = _at,
        Partner = -1,
        AfterNewLine = _newLine,
    });

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '$' || (c > 127 && char.IsLetter(c));

    public static bool IsNamePart(char c) =>
        IsNameStart(c) || char.IsAsciiDigit(c) || (c > 127 && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation);

    private ScriptSyntaxException Fail(string message, int at) => SyntaxFailure.At(source, at, message);
}
