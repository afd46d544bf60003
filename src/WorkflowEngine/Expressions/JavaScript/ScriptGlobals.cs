using System.Text.Json.Nodes;

namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>
/// Everything a script can reach beside the language. A run changes nothing in it but <see cref="Variables"/>,
/// so functions and values may be shared between runs.
/// </summary>
public sealed class ScriptGlobals
{
    /// <summary>Business time, the script's <c>Date.now()</c>.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The zone of the local getters of <c>Date</c>.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>Source of <c>Math.random()</c>, in [0, 1); without it <c>Math.random</c> is an error.</summary>
    public Func<double>? Random { get; init; }

    /// <summary>Receives <c>console.log</c> and its kin; without it they are ignored.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Global functions by name. They win over built-ins of the same name.</summary>
    public IReadOnlyDictionary<string, ScriptFunction> Functions { get; init; } = new Dictionary<string, ScriptFunction>();

    /// <summary>Finds functions that <see cref="Functions"/> does not hold; asked once for each name that a run uses.</summary>
    public Func<string, ScriptFunction?>? FindFunction { get; init; }

    /// <summary>Global values by name; the script gets a copy.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Values { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>Objects whose members are found in any case of letters; without it none are.</summary>
    public Func<JsonObject, bool>? InAnyCase { get; init; }

    /// <summary>
    /// The members of the global <c>variables</c>. After a run that succeeded it holds what the script assigned, and the
    /// changed form of objects that it mutated; untouched values stay the same nodes. A failed run leaves it alone.
    /// </summary>
    public Dictionary<string, JsonNode?> Variables { get; init; } = [];
}
