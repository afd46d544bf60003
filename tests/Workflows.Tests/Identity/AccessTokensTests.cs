using Microsoft.AspNetCore.DataProtection;
using WorkflowHost.Identity;

namespace Workflows.Tests.Identity;

public sealed class AccessTokensTests
{
    private readonly SetTime time = new(new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero));
    private readonly EphemeralDataProtectionProvider keys = new();
    private readonly Person person = new() { Id = Guid.Parse("0193b0d4-0000-7000-8000-000000000001"), SecurityStamp = "stamp-1" };

    [Fact]
    public void A_token_comes_back_as_person_and_stamp() =>
        Tokens().Read(Tokens().Issue(person)).ShouldBe(new AccessTokens.Ticket(person.Id, "stamp-1"));

    [Fact]
    public void A_token_is_good_for_eight_hours_of_the_system_clock()
    {
        var token = Tokens().Issue(person);
        time.Now += TimeSpan.FromHours(8) - TimeSpan.FromTicks(1);
        Tokens().Read(token).ShouldNotBeNull();
        time.Now += TimeSpan.FromTicks(1);
        Tokens().Read(token).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base 64 ***")]
    [InlineData("AAAA")]
    public void What_is_not_ours_is_no_token(string token) => Tokens().Read(token).ShouldBeNull();

    [Fact]
    public void A_changed_token_is_no_token()
    {
        var token = Tokens().Issue(person).ToCharArray();
        token[^5] = token[^5] == 'A' ? 'B' : 'A';
        Tokens().Read(new string(token)).ShouldBeNull();
    }

    [Fact]
    public void Another_installations_token_is_no_token() =>
        new AccessTokens(new EphemeralDataProtectionProvider(), time).Read(Tokens().Issue(person)).ShouldBeNull();

    private AccessTokens Tokens() => new(keys, time);
}
