using WorkflowEngine.Deadlines;

namespace WorkflowEngine.Definitions.Lint;

/// <summary>Whom and what steps name: units, roles, forms, ladders, other definitions, other steps.</summary>
internal static class TaskRules
{
    private static readonly string[] Starters =
        ["Workflows.Cascade", "Elsa.DispatchWorkflow", "Elsa.ExecuteWorkflow", "Elsa.BulkDispatchWorkflows"];

    public static void Judge(Workflow workflow, ActivityNode node, DesignWorld world, LintList found)
    {
        if (node.Type == NodeText.HumanTask) JudgeTask(node, world, found);
        if (Starters.Contains(node.Type)) JudgeChild(workflow, node, world, found);
        if (node.Type == "Workflows.Cascade") JudgeRule(node, world, found);
        if (node.Type == "Workflows.UpdateTask" && NodeText.Literal(node, "step") is { } step) JudgeStep(workflow, node, step, found);
        if (node.Type == "Workflows.EndSteps")
            foreach (var ended in NodeText.List(node, "steps") ?? []) JudgeStep(workflow, node, ended, found);
    }

    /// <summary>Codes of the units that the definition's own steps name.</summary>
    public static IEnumerable<string> UnitsNamed(Workflow workflow) => LintDefinition.Own(workflow.Root).SelectMany(node => node.Type switch
    {
        NodeText.HumanTask when !NodeText.IsComputed(node, "unit") && NodeText.Literal(node, "unit") is { } unit => [unit],
        "Workflows.Cascade" => NodeText.List(node, "codes") ?? [],
        _ => (IEnumerable<string>)[],
    }).Distinct(StringComparer.Ordinal);

    private static void JudgeTask(ActivityNode node, DesignWorld world, LintList found)
    {
        var unit = NodeText.IsComputed(node, "unit") ? null : NodeText.Literal(node, "unit");
        var code = unit is "self" or "owner" ? null : unit;
        if (code is not null && !world.Units.ContainsKey(code))
            found.Error("unknown-unit", node, $"không có đơn vị mã “{code}”.", $"there is no unit with the code '{code}'.");
        JudgeRoles(node, "roles", code, world, found);
        JudgeRoles(node, "reviewRoles", null, world, found);
        if (NodeText.Literal(node, "form") is { } form && !world.Forms.ContainsKey(form))
            found.Error("unknown-form", node, $"không có biểu mẫu “{form}”.", $"there is no form '{form}'.");
        var hasDate = node.Inputs.ContainsKey("deadline") || node.Inputs.ContainsKey("targetDate");
        if ((hasDate ? NodeText.Effective(node, "ladder") : NodeText.Literal(node, "ladder")) is { } ladder) JudgeLadder(node, ladder, world, found);
        if (NodeText.List(node, "reviewRoles") is not { Count: 0 } && NodeText.Literal(node, "reviewLadder") is { } reviewLadder) JudgeLadder(node, reviewLadder, world, found);
    }

    private static void JudgeRoles(ActivityNode node, string input, string? unit, DesignWorld world, LintList found)
    {
        if (NodeText.List(node, input) is not { } roles) return;
        var review = input == "reviewRoles";
        if (roles.Count == 0)
        {
            if (!review) found.Error("nobody", node, "chưa chọn chức vụ nào làm việc này.", "no role is chosen that does this task.");
            return;
        }

        var known = roles.Where(world.Roles.ContainsKey).ToList();
        foreach (var role in roles.Except(known))
            found.Error("unknown-role", node, $"không có chức vụ mã “{role}”.", $"there is no role with the code '{role}'.");
        if (known.Count == 0) return;
        var words = string.Join(", ", known.Select(r => world.Roles[r].Label.Vi));
        var wordsEn = string.Join(", ", known.Select(r => world.Roles[r].Label.In("en")));
        if (known.All(r => !world.Roles[r].IsHeld))
            found.Error("nobody", node,
                review ? $"không ai duyệt được: chưa ai giữ chức vụ {words}." : $"không ai làm được: chưa ai giữ chức vụ {words}.",
                review ? $"nobody can review it: nobody holds the role {wordsEn}." : $"nobody can do it: nobody holds the role {wordsEn}.");
        else if (unit is not null && world.Units.ContainsKey(unit) && !known.Any(r => world.Held.Contains((r, unit))))
            found.Warning("nobody-there", node, $"ở đơn vị {unit} chưa ai giữ chức vụ {words}.", $"nobody at {unit} holds the role {wordsEn}.");
    }

    private static void JudgeLadder(ActivityNode node, string id, DesignWorld world, LintList found)
    {
        if (!world.Reference.Ladders.TryGetValue(id, out var ladder))
        {
            found.Error("unknown-ladder", node, $"không có bậc nhắc việc “{id}”.", $"there is no ladder '{id}'.");
            return;
        }

        foreach (var rung in ladder.Rungs.Where(r => r.Recipients.All(p => p.Role != RecipientRule.Assignee && world.Roles.GetValueOrDefault(p.Role) is not { IsHeld: true })))
            found.Warning("rung-without-recipient", node, $"bậc “{rung.Id}” của bậc nhắc việc “{id}” không có người nhận: chưa ai giữ chức vụ của bậc đó.",
                $"the rung '{rung.Id}' of the ladder '{id}' has no recipient: nobody holds its roles.");
    }

    private static void JudgeChild(Workflow workflow, ActivityNode node, DesignWorld world, LintList found)
    {
        var input = node.Type == "Workflows.Cascade" ? "definitionId" : "workflowDefinitionId";
        if (NodeText.IsComputed(node, input)) return;
        if (NodeText.Literal(node, input) is not { } child)
            found.Error("unknown-child", node, "chưa chọn quy trình con.", "no child definition is chosen.");
        else if (child != workflow.DefinitionId && !world.Published.ContainsKey(child))
            found.Error("unknown-child", node, $"quy trình con “{child}” chưa được phát hành.", $"the child definition '{child}' is not published.");
    }

    private static void JudgeRule(ActivityNode node, DesignWorld world, LintList found)
    {
        foreach (var kind in NodeText.List(node, "kinds") ?? [])
            if (!world.Kinds.Contains(kind)) found.Error("unknown-kind", node, $"không có đơn vị nào loại “{kind}”.", $"there is no unit of the kind '{kind}'.");
        foreach (var code in NodeText.List(node, "codes") ?? [])
            if (!world.Units.ContainsKey(code)) found.Error("unknown-unit", node, $"không có đơn vị mã “{code}”.", $"there is no unit with the code '{code}'.");
    }

    private static void JudgeStep(Workflow workflow, ActivityNode node, string step, LintList found)
    {
        if (LintDefinition.Own(workflow.Root).All(n => n.Id != step))
            found.Error("unknown-step", node, $"không có bước mã “{step}” trong quy trình này.", $"there is no step '{step}' in this definition.");
    }
}
