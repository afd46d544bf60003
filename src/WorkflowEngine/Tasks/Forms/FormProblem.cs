namespace WorkflowEngine.Tasks.Forms;

/// <summary>Something in a form document that cannot be used.</summary>
/// <param name="Place">JSON pointer into the document.</param>
public sealed record FormProblem(string Place, Text Message)
{
    public override string ToString() => $"{Place}: {Message.In("en")}";
}
