using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// Recursive descent over the tokens. Names are gathered while parsing and resolved to slots at the end, when every
/// declaration and every capture is known.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Levels of recursion per level of nesting allowed: operators and statements nest without brackets, too.</summary>
    private const int LevelsPerBracket = 5;

    private static readonly FrozenSet<string> RefusedNames = new[]
    {
        "eval", "Function", "Proxy", "Reflect", "Symbol", "BigInt", "WeakMap", "WeakSet", "WeakRef", "globalThis", "Intl",
        "setTimeout", "setInterval", "require", "ArrayBuffer", "DataView", "Uint8Array",
    }.ToFrozenSet();

    /// <summary>What the regular expressions of a script may take to compile: some two hundred short ones, seventy of the largest.</summary>
    private const int MostPatternCost = 100_000, PatternCost = 400;

    private readonly string _source;
    private readonly ScriptLimits _limits;
    private readonly List<Token> _tokens;
    private readonly List<Scope> _scopes = [];
    private readonly List<(Identifier Name, Scope Scope)> _references = [];
    private readonly List<(Identifier Object, string Name)> _members = [];
    private readonly HashSet<Identifier> _made = [];
    private readonly List<(BlockFunction Declaration, Scope Scope)> _blockFunctions = [];
    private readonly List<(Identifier Object, string Name, int Position)> _calls = [];
    private Scope _scope;
    private readonly Dictionary<(string Source, string Flags), Pattern> _patterns = [];
    private int _patternCost;
    private int _at;
    private int _depth;
    private bool _isStrict;

    public Parser(string source, ScriptLimits limits)
    {
        _source = source;
        _limits = limits;
        _tokens = new Lexer(source, limits).Run();
        var program = new FunctionCode(string.Empty, isArrow: false, isAsync: true);
        _scope = program.Scope = NewScope(null, program, isFunction: true);
    }

    private Token Now => _tokens[_at];

    public Script ParseScript()
    {
        var code = _scope.Function;
        var body = new List<Statement>();
        _isStrict = IsDirective(0);
        while (Now.Kind != TokenKind.End) body.Add(ParseStatement());
        code.Body = [.. body];
        foreach (var (declaration, scope) in _blockFunctions) Share(declaration, scope);
        foreach (var (name, scope) in _references) Capture(name.Name, scope);
        foreach (var scope in _scopes) scope.Allot();
        foreach (var (name, scope) in _references) Resolve(name, scope);
        foreach (var (declaration, scope) in _blockFunctions) declaration.ResolveOuter(scope);
        foreach (var scope in _scopes)
        {
            if (scope.IsFunction && scope.Function.Arguments is { } arguments) Resolve(arguments, scope);
        }

        foreach (var (owner, name, position) in _calls)
        {
            if (owner.IsGlobal && BuiltInNames.Table.TryGetValue(owner.Name, out var known) && known.Object is NativeFunction or NativeNamespace && !known.Object!.Has(name))
                throw Refuse($"'{owner.Name}.{name}'", position);
        }

        return new Script(
            _source,
            code,
            _members.Where(member => member.Object.IsGlobal).Select(member => member.Name).ToFrozenSet(),
            _references.Select(reference => reference.Name).Where(IsFree).Select(name => name.Name).ToFrozenSet(),
            _patterns.Values.Sum(pattern => 1000L + (pattern.Size * 300L)));
    }

    /// <summary>
    /// What a block declares as a function is a name of the whole function around it as well, unless something there or between has that name: scripts
    /// without 'use strict' call it behind the block.
    /// </summary>
    private static void Share(BlockFunction declaration, Scope scope)
    {
        var home = scope.Parent!;
        while (!home.IsFunction && home.Find(declaration.Name) is null or { Kind: BindingKind.Parameter }) home = home.Parent!;
        if (!home.IsFunction || home.Function.ParameterReads.Contains(declaration.Name)) return;
        if (home.Find(declaration.Name) is { } known && known.Kind is not (BindingKind.Var or BindingKind.Function)) return;
        declaration.Outer = home.Find(declaration.Name) ?? home.Declare(declaration.Name, BindingKind.Var);
    }

    private static bool IsFree(Identifier name) =>
        name.IsGlobal && name.Name != "variables" && !BuiltInNames.Table.ContainsKey(name.Name);

    /// <summary>Finds the declaration and notes when a function boundary lies between.</summary>
    private static void Capture(string name, Scope scope)
    {
        var crossed = false;
        for (var at = scope; at is not null; at = at.Parent)
        {
            var binding = at.Find(name);
            if (binding is null && name == "arguments" && at.IsFunction && !at.Function.IsArrow && at.Parent is not null)
            {
                binding = at.Declare(name, BindingKind.Var);
                at.Function.Arguments = new Identifier(0, name, declares: true);
            }

            if (binding is not null)
            {
                binding.IsCaptured |= crossed;
                return;
            }

            crossed |= at.IsFunction;
        }
    }

    private void Resolve(Identifier name, Scope scope)
    {
        var hops = 0;
        for (var at = scope; at is not null; at = at.Parent)
        {
            if (at.Find(name.Name) is { } binding)
            {
                if (_made.Contains(name)) throw Refuse($"'new' with '{name.Name}', which the script itself declares,", name.Position);
                name.Resolve(binding, hops);
                return;
            }

            if (at.HasEnvironment) hops++;
        }

        if (name.Name is "String" or "Number" or "Boolean" && _made.Contains(name)) throw Refuse($"'new {name.Name}'", name.Position);
        if (RefusedNames.Contains(name.Name)) throw Refuse($"'{name.Name}'", name.Position);
    }

    private Scope NewScope(Scope? parent, FunctionCode function, bool isFunction)
    {
        var scope = new Scope(parent, function, isFunction);
        _scopes.Add(scope);
        return scope;
    }

    private Scope OpenBlock() => _scope = NewScope(_scope, _scope.Function, isFunction: false);

    private void CloseBlock() => _scope = _scope.Parent!;

    private Identifier Refer(string name, int position, bool declares = false)
    {
        var identifier = new Identifier(position, name, declares, _isStrict);
        _references.Add((identifier, _scope));
        return identifier;
    }

    private Identifier DeclareName(string name, BindingKind kind, int position)
    {
        var home = _scope;
        while (kind == BindingKind.Var && !home.IsFunction)
        {
            if (home.Find(name) is { IsLexical: true }) throw Fail($"'{name}' has already been declared", position);
            home = home.Parent!;
        }

        if (kind is BindingKind.Var or BindingKind.Function && home.IsFunction && home.Function.ParameterReads.Contains(name))
            throw Refuse($"'{name}' in a function whose parameters use that name too", position);
        var known = home.Find(name);
        var again = kind is BindingKind.Let or BindingKind.Const || known is { IsLexical: true };
        if (known is not null && again) throw Fail($"'{name}' has already been declared", position);
        if (known is null) home.Declare(name, kind);
        return Refer(name, position, declares: true);
    }

    private void Deeper()
    {
        if (++_depth > _limits.Nesting * LevelsPerBracket || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new ScriptLimitException(ScriptLimit.Depth, _limits.Nesting);
    }

    private bool At(string symbol) => Now.Is(symbol);

    private bool AtName(string name) => Now.Kind == TokenKind.Name && Now.Text == name;

    private Token Peek(int ahead = 1) => _tokens[Math.Min(_at + ahead, _tokens.Count - 1)];

    private Token After(Token bracket) => _tokens[Math.Min(bracket.Partner + 1, _tokens.Count - 1)];

    private Token Take() => _tokens[_at++];

    private bool Accept(string symbol)
    {
        if (!At(symbol)) return false;
        _at++;
        return true;
    }

    private Token Expect(string symbol)
    {
        if (At(symbol)) return Take();
        throw Fail($"'{symbol}' expected but {Describe(Now)} found", Now.Start);
    }

    private string ExpectName()
    {
        if (Now.Kind == TokenKind.Name) return Take().Text;
        throw Fail($"a name expected but {Describe(Now)} found", Now.Start);
    }

    /// <summary>The end of a statement: a semicolon, or a place where the language puts one in.</summary>
    private void EndStatement()
    {
        if (Accept(";") || At("}") || Now.Kind == TokenKind.End || Now.AfterNewLine) return;
        throw Fail($"unexpected {Describe(Now)}", Now.Start);
    }

    private static string Describe(Token token) => token.Kind switch
    {
        TokenKind.End => "the end of the script",
        TokenKind.Number => "a number",
        TokenKind.Text => "a string",
        TokenKind.Template => "a template",
        TokenKind.Pattern => "a regular expression",
        _ => $"'{token.Text}'",
    };

    private ScriptSyntaxException Fail(string message, int offset) => SyntaxFailure.At(_source, offset, message);

    private ScriptSyntaxException Refuse(string construct, int offset) => Fail($"{construct} is not supported", offset);
}
