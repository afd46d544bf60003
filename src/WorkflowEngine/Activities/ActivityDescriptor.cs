namespace WorkflowEngine.Activities;

/// <summary>What the catalog knows of an activity type: names, inputs, outputs and ports; the designer's palette is made from it.</summary>
public sealed record ActivityDescriptor(
    string TypeName, int Version, ActivityAttribute Texts, IReadOnlyList<Input> Inputs, IReadOnlyList<Output> Outputs)
{
    public IReadOnlyList<string> Ports => Texts.Ports;

    public Input? FindInput(string jsonName) => Inputs.FirstOrDefault(i => string.Equals(i.JsonName, jsonName, StringComparison.OrdinalIgnoreCase));

    public Output? FindOutput(string jsonName) => Outputs.FirstOrDefault(o => string.Equals(o.JsonName, jsonName, StringComparison.OrdinalIgnoreCase));
}
