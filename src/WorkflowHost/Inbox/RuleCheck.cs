using System.Text.Json.Nodes;
using WorkflowEngine.Tasks.Forms;
using WorkflowHost.Web;
using WorkflowHost.Web.Components;

namespace WorkflowHost.Inbox;

/// <summary>One line of the reviewer's check: the plan's words, what the unit declared, whether the two fit.</summary>
/// <param name="Explanation">What the unit says about a rule that only asks for a word.</param>
public sealed record RuleCheck(string Rule, string Declared, bool Fits, string? Explanation)
{
    /// <summary>
    /// The date, each rule of the form that something was declared for, and the files. A rule about fields that were left out says nothing and is
    /// left out too, unless it fired.
    /// </summary>
    public static IReadOnlyList<RuleCheck> Of(TaskPage page, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(texts);
        var rows = new List<RuleCheck>();
        if (page.Task is { CountsAt: { } counts, FirstSubmittedAt: { } first } && page.Times.Lawful is { LastDay: { } last } lawful)
        {
            var declared = page.Form?.EventField is { } held ? $"{Language.Say(held.Label)}: {Dates.Full(Dates.DayOf(counts))}" : Dates.Moment(first).Replace(Nbsp.Space, ' ');
            rows.Add(new(page.History.Spec.DeadlineQuote is { } quote ? $"“{quote}”" : texts["staff.check.until", Dates.Full(last)], declared, lawful.IsOnTime(counts), null));
        }

        if (page.Form is not { } form || page.Submission?.Data is not JsonObject data || page.Check is not { } check) return rows;
        var fired = check.Hard.Concat(check.Soft).ToDictionary(r => r.Id, StringComparer.Ordinal);
        var explanations = page.Submission.Explanations as JsonObject;
        foreach (var rule in form.Rules)
        {
            var declared = DeclaredIn(form, rule, data, texts);
            var fits = !fired.ContainsKey(rule.Id);
            if (fits && declared.Length == 0) continue;
            rows.Add(new(Language.Say(rule.Text), declared.Length == 0 ? texts["staff.check.nothing"] : declared, fits, explanations?[rule.Id]?.ToString()));
        }

        foreach (var field in form.Root.Fields.Where(f => f.Widget == "file"))
        {
            var files = FieldView.FilesOf(data[field.Name], page.History.Files);
            if (files.Count > 0 || field.Required)
                rows.Add(new(Language.Say(field.Label),
                    files.Count == 0 ? texts["staff.check.nothing"] : string.Join(", ", files.Select(f => $"{FormValues.Kind(f)}, {FormValues.Size(f.Size)}")), files.Count > 0, null));
        }

        return rows;
    }

    private static string DeclaredIn(Form form, FormRule rule, JsonObject data, Texts texts) => string.Join(", ", rule.Fields
        .Select(name => form.Root.Fields.FirstOrDefault(f => f.Name == name)).OfType<FormField>()
        .Select(field => field.Type == "boolean" && data[field.Name] is { } yes
            ? $"{Language.Say(field.Label)}: {FormValues.Show(field, yes, texts)}"
            : FormValues.Show(field, data[field.Name], texts, weekday: false))
        .Where(words => !string.IsNullOrEmpty(words)));
}
