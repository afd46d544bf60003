using WorkflowHost.Demo;

namespace WorkflowHost.Api;

/// <summary><c>GET /api/demo/accounts</c>: whom one may sign in as. Where no demo is registered (production) the address does not exist.</summary>
public static class DemoAccountsApi
{
    public static void MapDemoAccountsApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/demo/accounts", List).AllowAnonymous().WithTags("Demo")
            .WithName("ListDemoAccounts").WithSummary("User names, the demo's password, roles and units");

    private static async Task<IResult> List(IServiceProvider services, CancellationToken stop)
    {
        if (services.GetService<DemoAccounts>() is not { } accounts) return Problems.NotFound();
        var all = await accounts.AllAsync(stop);
        return all.Count == 0 ? Problems.NotFound() : Results.Ok(all);
    }
}
