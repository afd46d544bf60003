using WorkflowEngine.Tasks;

namespace Workflows.Tests.Tasks;

public sealed class StorableTextTests
{
    [Theory]
    [InlineData("ab😀c", 2, "ab")]
    [InlineData("ab😀c", 3, "ab")]
    [InlineData("ab😀c", 4, "ab😀")]
    [InlineData("ab😀c", 5, "ab😀c")]
    [InlineData("ab", 9, "ab")]
    [InlineData("ab", 0, "")]
    [InlineData("😀", 1, "")]
    public void A_text_is_cut_between_characters(string text, int most, string beginning) => StorableText.Beginning(text, most).ShouldBe(beginning);

    [Fact]
    public void What_cannot_be_stored_is_shown_as_such()
    {
        var half = "😀"[..1];
        StorableText.Mended($"a\0b{half}c😀").ShouldBe("a\ufffdb\ufffdc😀");
        StorableText.Holds(StorableText.Mended(half)).ShouldBeTrue();
    }
}
