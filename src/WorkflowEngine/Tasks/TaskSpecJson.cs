using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WorkflowEngine.Tasks;

/// <summary>The stored form of a <see cref="TaskSpec"/> and the id made from it: equal tasks of a cascade share one row.</summary>
public static class TaskSpecJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Write(TaskSpec spec) => JsonSerializer.Serialize(spec, Options);

    public static TaskSpec Read(string json) => JsonSerializer.Deserialize<TaskSpec>(json, Options)!;

    /// <summary>Id of a body: the first 16 bytes of its SHA-256.</summary>
    public static Guid IdOf(string body) => new(SHA256.HashData(Encoding.UTF8.GetBytes(body)).AsSpan(0, 16), bigEndian: true);
}
