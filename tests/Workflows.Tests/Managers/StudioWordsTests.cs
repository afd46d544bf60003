using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workflows.Tests.Managers;

/// <summary>The table of Studio's words against the package that is shipped: after another version came, what is new and what is gone is named here.</summary>
public sealed class StudioWordsTests
{
    // Parts of the package that none of the four screens shows: a kind of workflow that is not run here, and log-in, secrets and themes of its own shell.
    private static readonly Regex NotShown = new("StateMachine|BooleanCondition|^ActivityDesigner(Json|Picker)|WorkflowsMenu", RegexOptions.CultureInvariant);

    private static readonly JsonObject Table = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(StudioAssemblies.Folder, "../../../../wwwroot/data/studio-words.vi.json")))!;
    private static readonly Dictionary<string, string> Words = ((JsonObject)Table["words"]!).ToDictionary(w => w.Key, w => w.Value!.GetValue<string>());

    [Fact]
    public void Every_text_that_Studio_asks_its_translator_for_has_Vietnamese_words()
    {
        var asked = ((string[])["Elsa.Studio.Workflows", "Elsa.Studio.Shared", "Elsa.Studio.UIHints", "Elsa.Studio.Core", "Elsa.Studio.Shell"])
            .SelectMany(StudioAssemblies.Translated).Where(t => !NotShown.IsMatch(t.Type)).ToList();
        asked.Count.ShouldBeGreaterThan(500);
        asked.Where(t => !Words.ContainsKey(t.Text.Trim())).Select(t => $"{t.Type}: {t.Text}").Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void No_word_in_the_table_is_gone_from_Studio()
    {
        var all = StudioAssemblies.All("Elsa.", "MudBlazor", "CodeBeam");
        Words.Keys.Where(w => !all.Contains(w)).ShouldBeEmpty();
    }

    [Fact]
    public void The_table_is_written_for_the_version_that_is_shipped()
    {
        var package = JsonNode.Parse(File.ReadAllText(Path.Combine(StudioAssemblies.Folder, "../package.json")))!;
        Table["studio"]!.GetValue<string>().ShouldBe(package["version"]!.GetValue<string>());
    }

    [Fact]
    public void What_was_put_in_is_never_taken_for_Studios_own_again()
    {
        var patterns = ((JsonArray)Table["patterns"]!).Select(p => (Pattern: new Regex(p![0]!.GetValue<string>(), RegexOptions.ECMAScript), Words: p[1]!.GetValue<string>())).ToList();
        var here = ((JsonArray)Table["here"]!).SelectMany(h => (JsonObject)h!["words"]!).Select(w => w.Value!.GetValue<string>());
        foreach (var words in Words.Where(w => w.Key != w.Value).Select(w => w.Value).Concat(here).Concat(patterns.Select(p => p.Words.Replace("$1", "7", StringComparison.Ordinal))))
        {
            words.ShouldBe(words.Trim());
            words.ShouldNotBeEmpty();
            Words.ShouldNotContainKey(words);
            patterns.ShouldAllBe(p => !p.Pattern.IsMatch(words), words);
        }
    }
}
