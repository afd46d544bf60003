using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace WorkflowEngine.Running;

/// <summary>Keys by which waits are found: upper-case hex SHA-256 of <c>name|payload</c>, the payload as Elsa 3.8 writes it.</summary>
public static class Stimulus
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Default };

    /// <summary>Key of a wait for the event with this name; null: of one that no event meets.</summary>
    public static string HashOfEvent(string? eventName) =>
        Hash("Elsa.Event", eventName is null ? "{}" : $$"""{"EventName":{{JsonSerializer.Serialize(eventName, Plain)}}}""");

    /// <summary>Key of a wait for the result of a task asked for with RunTask.</summary>
    public static string HashOfTask(string taskId) => Hash("Elsa.RunTask", $$"""{"TaskId":{{JsonSerializer.Serialize(taskId, Plain)}}}""");

    /// <summary>Key of a wait for a request at a path of this shape (<see cref="Requests.EndpointPath.Shape"/>).</summary>
    public static string HashOfRequest(string method, string shape) =>
        Hash(Activities.HttpEndpoint.TypeName, $$"""{"Path":{{JsonSerializer.Serialize(shape, Plain)}},"Method":{{JsonSerializer.Serialize(method, Plain)}}}""");

    public static string Hash(string name, string payload) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}|{payload}")));
}
