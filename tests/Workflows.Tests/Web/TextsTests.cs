using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using WorkflowHost.Web;

namespace Workflows.Tests.Web;

public sealed partial class TextsTests
{
    private readonly Texts texts = new();

    [Fact]
    public void Every_text_stands_in_both_languages() =>
        texts.Keys.Where(key => string.IsNullOrWhiteSpace(Raw(key, Language.Vietnamese)) || string.IsNullOrWhiteSpace(Raw(key, Language.English)))
            .ShouldBeEmpty();

    [Fact]
    public void Both_languages_fill_in_the_same_values() =>
        texts.Keys.Where(key => !Slots(Raw(key, Language.Vietnamese)).SetEquals(Slots(Raw(key, Language.English)))).ShouldBeEmpty();

    [Fact]
    public void Vietnamese_follows_the_wording_rules() =>
        texts.Keys.Where(key => Forbidden().IsMatch(Raw(key, Language.Vietnamese))).ShouldBeEmpty();

    [Fact]
    public void Every_key_that_a_page_names_exists()
    {
        var host = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/WorkflowHost");
        var known = texts.Keys.ToHashSet();
        var used = Directory.EnumerateFiles(host, "*.cs*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                && !file.Contains("/node_modules/", StringComparison.Ordinal))
            .SelectMany(file => Use().Matches(File.ReadAllText(file)).Select(use => use.Groups[1].Value))
            .ToHashSet();
        used.Count.ShouldBeGreaterThan(20);
        // A key that ends with a dot is the beginning of a computed one.
        used.Except(known).Where(key => !(key.EndsWith('.') && known.Any(k => k.StartsWith(key, StringComparison.Ordinal)))).ShouldBeEmpty();
    }

    [Fact]
    public void An_unknown_key_is_a_bug() => Should.Throw<KeyNotFoundException>(() => texts["no.such.key"]);

    [Theory]
    [InlineData(1, "1 item")]
    [InlineData(3, "3 items")]
    public void English_counts_one_and_many(int count, string words) =>
        texts.Say("shell.items", Language.English, count).Replace(Nbsp.Space, ' ').ShouldBe(words);

    [Fact]
    public void Quantities_do_not_break() => texts.Say("shell.items", Language.Vietnamese, 8).ShouldBe("8\u00a0việc");

    private string Raw(string key, Language language) => texts.Say(key, language);

    private static HashSet<string> Slots(string text) => Slot().Matches(text).Select(slot => slot.Groups[1].Value).ToHashSet();

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\{(\d)")]
    private static partial Regex Slot();

    [GeneratedRegex(@"\b(?:T|texts)\[""([^""{}]+)""")]
    private static partial Regex Use();

    [GeneratedRegex("!|vui lòng|workflow|task|hôm qua|từ chối|leo thang", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();
}
