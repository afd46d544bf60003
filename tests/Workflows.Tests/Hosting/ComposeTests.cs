using System.Text.RegularExpressions;

namespace Workflows.Tests.Hosting;

/// <summary>The files for containers against what the host reads: no container engine runs here.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Postgres.HostFolder(), "../.."));
    private static readonly string Compose = File.ReadAllText(Path.Combine(Root, "docker/compose.yaml"));

    [Fact]
    public void Every_setting_of_the_readme_reaches_the_host()
    {
        var rows = File.ReadAllLines(Path.Combine(Root, "README.md")).Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split(" | ")[0]);
        var named = rows.SelectMany(r => Setting().Matches(r).Select(m => m.Value)).Append("ConnectionStrings__Workflows").ToHashSet();
        named.ShouldContain("Workflows__PublicUrl");

        named.Where(n => !Compose.Contains($"    {n}:", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_needed_stands_in_the_example()
    {
        var example = File.ReadAllLines(Path.Combine(Root, "docker/env.example"));

        Needed().Matches(Compose).Select(m => m.Groups[1].Value).Distinct().Where(n => !example.Any(l => l.StartsWith($"{n}=", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    /// <summary>A host gives itself 30 seconds to end what it does (ASP.NET Core's own limit).</summary>
    [Fact]
    public void A_host_has_more_time_to_stop_than_it_takes() => int.Parse(Grace().Match(Compose).Groups[1].ValueSpan, null).ShouldBeGreaterThan(30);

    [GeneratedRegex("(Workflows|Smtp|Mail)__[A-Za-z]+")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\$\{([A-Z_]+):\?")]
    private static partial Regex Needed();

    [GeneratedRegex(@"x-host: &host[\s\S]*?stop_grace_period: (\d+)s")]
    private static partial Regex Grace();
}
