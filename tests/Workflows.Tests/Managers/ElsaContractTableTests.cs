using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Workflows.Tests.Managers;

/// <summary>The table of the Elsa contract in docs/elsa-compatibility.md says what the routes say.</summary>
[Collection("demo in January")]
public sealed class ElsaContractTableTests(DemoInJanuary demo)
{
    private const string Heading = "| endpoint | | what it does |";

    [Fact]
    public void The_table_names_every_route_and_no_other()
    {
        var routes = Routes();
        var rows = Rows();
        var there = rows.Where(r => r.State != "absent").Select(r => $"| {r.Endpoint} | {r.State} | {r.Words} |").ToList();
        there.ShouldBe(routes, "Replace the rows of the table by these:\n" + string.Join('\n', routes));
        var known = rows.Where(r => r.State != "absent").Select(r => r.Endpoint).ToHashSet();
        rows.Where(r => r.State == "absent").ShouldAllBe(r => !known.Contains(r.Endpoint) && r.Words.Length > 10);
    }

    /// <summary>One line each, in the order of their addresses; those that answer the same each time are stubs and say so.</summary>
    private List<string> Routes() =>
        [.. demo.App.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.StartsWith("/elsa/", StringComparison.Ordinal) == true && e.Metadata.GetMetadata<IEndpointSummaryMetadata>() is not null)
            .Select(e => (Path: e.RoutePattern.RawText!.TrimEnd('/'), Methods: string.Join(", ", e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Order(StringComparer.Ordinal)),
                Words: e.Metadata.GetMetadata<IEndpointSummaryMetadata>()!.Summary))
            .Select(e => (e.Path, Row: $"| {e.Methods} `{e.Path}` | {(e.Words.StartsWith("Empty:", StringComparison.Ordinal) ? "stub" : "served")} | {e.Words} |"))
            .Distinct().OrderBy(e => e.Path, StringComparer.Ordinal).ThenBy(e => e.Row, StringComparer.Ordinal).Select(e => e.Row)];

    private static List<(string Endpoint, string State, string Words)> Rows([CallerFilePath] string here = "")
    {
        var lines = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "elsa-compatibility.md"));
        var start = Array.IndexOf(lines, Heading);
        start.ShouldBeGreaterThan(0);
        return [.. lines.Skip(start + 2).TakeWhile(l => l.StartsWith('|')).Select(l => l.Split(" | ", 3)).Select(p => (p[0][2..], p[1], p[2][..^2]))];
    }
}
