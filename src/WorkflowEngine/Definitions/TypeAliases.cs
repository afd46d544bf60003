using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Dynamic;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WorkflowEngine.Definitions;

/// <summary>
/// The names that documents use for types (Elsa 3.8). Anything read is turned into the alias Elsa writes; CLR names of old files count
/// only when they name one of these types together with its assembly. No type is ever loaded by name.
/// </summary>
public static partial class TypeAliases
{
    /// <summary>Stands before the name of a type that has no alias.</summary>
    private const string Unregistered = "UnregisteredClrType:";

    private static readonly (Type Type, string Alias)[] Known =
    [
        (typeof(object), "Object"), (typeof(string), "String"), (typeof(bool), "Boolean"), (typeof(short), "Int16"), (typeof(int), "Int32"),
        (typeof(long), "Int64"), (typeof(float), "Single"), (typeof(double), "Double"), (typeof(decimal), "Decimal"), (typeof(Guid), "Guid"),
        (typeof(DateTime), "DateTime"), (typeof(DateTimeOffset), "DateTimeOffset"), (typeof(TimeSpan), "TimeSpan"), (typeof(byte[]), "ByteArray"),
        (typeof(Stream), "Stream"), (typeof(ExpandoObject), "JSON"), (typeof(JsonElement), "JsonElement"), (typeof(JsonNode), "JsonNode"),
        (typeof(JsonObject), "JsonObject"), (typeof(JsonArray), "JsonArray"), (typeof(IDictionary<string, string>), "StringDictionary"),
        (typeof(IDictionary<string, object>), "ObjectDictionary"), (typeof(Dictionary<string, string>), "StringMap"), (typeof(Dictionary<string, object>), "ObjectMap"),
        (typeof(Exception), "Exception"), (typeof(ArgumentException), "ArgumentException"), (typeof(ArgumentNullException), "ArgumentNullException"),
        (typeof(InvalidOperationException), "InvalidOperationException"), (typeof(NotSupportedException), "NotSupportedException"),
        (typeof(NullReferenceException), "NullReferenceException"), (typeof(OperationCanceledException), "OperationCanceledException"),
        (typeof(TaskCanceledException), "TaskCanceledException"), (typeof(TimeoutException), "TimeoutException"),
    ];

    /// <summary>Types of Elsa's own and its libraries that exist here by name only.</summary>
    private static readonly string[] ByName =
    [
        "FlowJoinMode", "WorkflowInstanceStorageDriver", "WorkflowStorageDriver", "MemoryStorageDriver", "FaultStrategy", "ContinueWithIncidentsStrategy",
        "VariablesDictionary", "FlowScope", "Token", "ExceptionState", "FaultException", "JObject", "JArray", "EventStimulus", "RunTaskStimulus",
        "DispatchWorkflowStimulus", "ExecuteWorkflowStimulus", "BulkDispatchWorkflowsStimulus", "BackgroundActivityStimulus", "ExecuteWorkflowResult",
        "WorkflowInterruptedPayload", "BookmarkTokenPayload", "EventTokenPayload", "CronBookmarkPayload", "CronTriggerPayload", "DelayPayload", "StartAtPayload",
        "TimerBookmarkPayload", "TimerTriggerPayload", "HttpRequest", "HttpResponse", "HttpResponseMessage", "HttpHeaders", "RouteData", "FormFile", "HttpFile",
        "Downloadable", "HttpStatusCode", "AlterationPlanParams",
    ];

    /// <summary>Collections by the name documents use, with the alias they are written under.</summary>
    private static readonly (Type Type, string Name, string Alias)[] Collections =
    [
        (typeof(List<>), "List", "List"), (typeof(HashSet<>), "HashSet", "HashSet"), (typeof(Collection<>), "Collection", "Collection"),
        (typeof(IEnumerable<>), "IEnumerable", "List"), (typeof(ICollection<>), "ICollection", "List"), (typeof(IList<>), "IList", "List"),
        (typeof(IReadOnlyCollection<>), "IReadOnlyCollection", "List"), (typeof(IReadOnlyList<>), "IReadOnlyList", "List"), (typeof(ISet<>), "ISet", "HashSet"),
    ];

    private static readonly string[] StorageDrivers = ["WorkflowInstanceStorageDriver", "MemoryStorageDriver", "WorkflowStorageDriver"];

    private static readonly FrozenDictionary<string, string> Aliases = AllAliases().ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    private static readonly FrozenDictionary<string, string> ClrNames = AllClrNames().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The alias Elsa writes for this name, or null when the name stands for no registered type.</summary>
    public static string? Resolve(string? name)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 2000) return null;
        return ResolveAlias(name) ?? ResolveClr(VersionPart().Replace(name, ""));
    }

    /// <summary>
    /// As <see cref="Resolve"/> for an input or output of a definition: types that are no values (exceptions, parts of the engine) are Object,
    /// null when the name stands for no type.
    /// </summary>
    internal static string? ResolveArgument(string? name)
    {
        if (name is not null && name.StartsWith(Unregistered, StringComparison.Ordinal)) return "Object";
        if (Resolve(name) is not { } alias) return null;
        return Array.Exists(ByName, n => n == alias) || alias.EndsWith("Exception", StringComparison.Ordinal) ? "Object" : alias;
    }

    /// <summary>The alias of an activity input's or output's CLR type.</summary>
    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return Of(value) + "?";
        if (Array.Find(Known, k => k.Type == type) is { Alias: { } alias }) return alias;
        if (type.IsArray) return Of(type.GetElementType()!) + "[]";
        if (type.IsGenericType && Array.Find(Collections, c => c.Type == type.GetGenericTypeDefinition()) is { Alias: { } collection })
            return $"{collection}<{Of(type.GenericTypeArguments[0])}>";
        return Array.Find(ByName, n => n == type.Name) ?? Unregistered + type.FullName;
    }

    internal static bool IsRegistered(string alias) => !alias.Contains(Unregistered, StringComparison.Ordinal);

    /// <summary>The type name of an activity's input as documents have it.</summary>
    internal static string Of(Activities.Input input) => input.TypeName ?? Of(input.Type);

    /// <summary>A storage driver by alias, or by its class name anywhere in the text as old files have it; null keeps values nowhere.</summary>
    public static string? StorageDriver(string? name)
    {
        if (string.IsNullOrWhiteSpace(name)) return null;
        return Array.Find(StorageDrivers, d => name.Contains(d, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Type of the elements when this alias is an array or collection, else null.</summary>
    internal static string? ElementOf(string alias)
    {
        if (alias.EndsWith("[]", StringComparison.Ordinal)) return alias[..^2];
        var open = alias.IndexOf('<', StringComparison.Ordinal);
        return open > 0 && alias[^1] == '>' && Array.Exists(Collections, c => alias.AsSpan(0, open).SequenceEqual(c.Name)) ? alias[(open + 1)..^1] : null;
    }

    private static string? ResolveAlias(string name)
    {
        if (Aliases.TryGetValue(name, out var alias)) return alias;
        if (name.EndsWith("[]", StringComparison.Ordinal)) return Resolve(name[..^2]) is { } item ? item + "[]" : null;
        var open = name.IndexOf('<', StringComparison.Ordinal);
        if (open <= 0 || name[^1] != '>') return null;
        var collection = Array.Find(Collections, c => name.AsSpan(0, open).SequenceEqual(c.Name));
        return collection.Alias is { } outer && Resolve(name[(open + 1)..^1]) is { } inner ? $"{outer}<{inner}>" : null;
    }

    /// <summary><c>Namespace.Type, Assembly</c>, without the version part.</summary>
    private static string? ResolveClr(string name)
    {
        if (ClrNames.TryGetValue(name, out var alias)) return alias;
        var comma = name.LastIndexOf(", ", StringComparison.Ordinal);
        if (comma <= 0 || comma < name.LastIndexOf(']') && name[^1] == ']') return null;
        var (type, assembly) = (name[..comma], name[(comma + 2)..]);
        if (type.EndsWith("[]", StringComparison.Ordinal)) return ResolveClr($"{type[..^2]}, {assembly}") is { } item ? item + "[]" : null;
        foreach (var (open, _, outer) in Collections)
        {
            var prefix = open.FullName + "[[";
            if (!type.StartsWith(prefix, StringComparison.Ordinal) || !type.EndsWith("]]", StringComparison.Ordinal) || assembly != open.Assembly.GetName().Name) continue;
            return Resolve(type[prefix.Length..^2]) is { } inner ? $"{outer}<{inner}>" : null;
        }

        var last = type[(type.LastIndexOf('.') + 1)..];
        return type.StartsWith("Elsa.", StringComparison.Ordinal) && assembly.StartsWith("Elsa", StringComparison.Ordinal) ? Array.Find(ByName, n => n == last) : null;
    }

    private static IEnumerable<KeyValuePair<string, string>> AllAliases()
    {
        foreach (var (type, alias) in Known)
        {
            yield return new(alias, alias);
            if (type.IsValueType) yield return new(alias + "?", alias + "?");
        }

        foreach (var name in ByName) yield return new(name, name);
        yield return new("Long", "Int64");
        yield return new("Long?", "Int64?");
    }

    private static IEnumerable<KeyValuePair<string, string>> AllClrNames()
    {
        foreach (var (type, alias) in Known)
        {
            yield return new(NameWithAssembly(type), alias);
            if (type.IsValueType) yield return new(NameWithAssembly(typeof(Nullable<>).MakeGenericType(type)), alias + "?");
        }
    }

    private static string NameWithAssembly(Type type) => VersionPart().Replace(type.AssemblyQualifiedName!, "");

    [GeneratedRegex(", Version=[^],]*, Culture=[^],]*, PublicKeyToken=[^],]*")]
    private static partial Regex VersionPart();
}
