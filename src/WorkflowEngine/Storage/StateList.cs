namespace WorkflowEngine.Storage;

/// <summary>A list in the state of an instance, as SQL. Of a state that cannot be read it is empty: one of them must not break what is told of many.</summary>
public static class StateList
{
    /// <param name="name">The list's name, in a table <c>instance_state s</c>.</param>
    public static string Items(string name) => $"json_array_elements(case json_typeof(s.state -> '{name}') when 'array' then s.state -> '{name}' end)";
}
