using System.Text.Json.Nodes;
namespace WorkflowEngine.Definitions;
/// <summary>Replaced by the definitions branch.</summary>
public static class Values
{
    public static JsonNode? To(JsonNode? value, string typeAlias, bool isArray = false) => value;
    public static T? To<T>(JsonNode? value) => throw new NotImplementedException();
    public static JsonNode? ToOrKeep(JsonNode? value, string typeAlias, bool isArray = false) => value;
}
/// <summary>Replaced by the definitions branch.</summary>
public sealed class ValueConversionException(string message) : Exception(message);
