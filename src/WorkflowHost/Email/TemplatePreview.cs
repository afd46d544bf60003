using WorkflowEngine.Organisation;
using WorkflowEngine.Outbox;

namespace WorkflowHost.Email;

/// <summary>Shows what a template makes of the newest real mail of its kind, or of the shipped example where none was ever written.</summary>
public sealed class TemplatePreview(MailTemplates templates, MailRenderer renderer)
{
    /// <param name="Mail">What a reader would get where somebody reads answers.</param>
    /// <param name="IsReal">False: no such mail was ever written, the data is the shipped example.</param>
    /// <param name="Unanswered">The same mail where nobody reads answers; null: the same words.</param>
    public sealed record Shown(RenderedMail Mail, bool IsReal, RenderedMail? Unanswered);

    /// <param name="template">As it is being edited.</param>
    public async Task<Shown> ShowAsync(Actor actor, MailTemplate template, string language, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        var kind = template.Kind;
        var (review, late) = kind.Id switch { "reminder" => (false, (bool?)false), "reminder-late" => (false, true), "review" => (true, null), _ => ((bool?)null, (bool?)null) };
        var data = await templates.ExampleAsync(actor, kind.MailKind, review, late, cancellation);
        return new(Render("tra-loi@vi-du.example"), data is not null, template.DependsOnAnswers ? Render(null) : null);

        RenderedMail Render(string? answers) =>
            renderer.Answered(answers).Render(kind.MailKind, data ?? Example(kind), language, null, new Dictionary<string, MailTemplate> { [kind.Id] = template });
    }

    private static string Example(MailTemplateKind kind)
    {
        using var stream = typeof(TemplatePreview).Assembly.GetManifestResourceStream($"WorkflowHost.Email.Templates.{kind.Id}.example.json")
            ?? throw new InvalidOperationException($"The example of {kind.Id} is not shipped.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
