using System.Globalization;
using WorkflowHost.Web;

namespace Workflows.Tests.Managers;

public sealed class ManagersTextsTests
{
    [Fact]
    public void Every_text_of_these_pages_takes_its_values_in_both_languages()
    {
        var texts = new Texts();
        string[] slices = ["plans.", "units.", "overdue.", "outbox.", "instance.", "demo.", "dev-mail.", "document."];
        foreach (var key in texts.Keys.Where(k => slices.Any(s => k.StartsWith(s, StringComparison.Ordinal))))
            foreach (var language in (Language[])[Language.Vietnamese, Language.English])
                texts.Say(key, language, 1, 2, 3, 4).ShouldNotContain("{", customMessage: string.Create(CultureInfo.InvariantCulture, $"{key} in {language.Code}"));
    }
}
