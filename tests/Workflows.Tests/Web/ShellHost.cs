using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowHost.Identity;
using WorkflowHost.Web;
using Workflows.Tests.Identity;

namespace Workflows.Tests.Web;

/// <summary>The frame of the web with one person and without a database.</summary>
internal sealed class ShellHost : IAsyncDisposable
{
    public const string Password = "mật khẩu dài";
    private readonly WebApplication app;

    private ShellHost(WebApplication app, Person person, SetTime time) => (this.app, Person, Time) = (app, person, time);

    public Person Person { get; }

    public SetTime Time { get; }

    public IServiceProvider Services => app.Services;

    public static async Task<ShellHost> Start(string mode = "Demo")
    {
        var person = new Person { Id = Guid.NewGuid(), UserName = "chutich", NormalizedUserName = "CHUTICH", DisplayName = "Chủ tịch CĐCS", SecurityStamp = "stamp-1" };
        person.PasswordHash = new PasswordHasher<Person>().HashPassword(person, Password);
        var time = new SetTime(TimeProvider.System.GetUtcNow());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(WebSetup).Assembly.GetName().Name,
            ContentRootPath = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/WorkflowHost")),
            EnvironmentName = "Production",
            Args = [$"--Workflows:Mode={mode}"],
        });
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create("Host=/nowhere"));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddIdentity();
        builder.AddWeb();
        builder.Services.AddScoped<IUserStore<Person>>(_ => new OnePerson(person));
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddSingleton<ReadDemoAccounts>(_ => Task.FromResult<IReadOnlyList<DemoAccount>>([new("Chủ tịch CĐCS", "Bệnh viện đa khoa huyện A", "chutich", Password)]));
        var app = builder.Build();
        app.UseWeb();
        app.MapWeb();
        app.MapPost("/api/who", (HttpContext context) => context.User.Identity!.AuthenticationType).RequireAuthorization();
        app.MapGet("/boom", IResult () => throw new InvalidOperationException("boom"));
        await app.StartAsync();
        return new ShellHost(app, person, time);
    }

    /// <summary>A browser: keeps cookies, follows nothing.</summary>
    public HttpClient Browser() => new(new CookieJar(app.GetTestServer().CreateHandler())) { BaseAddress = new Uri("http://localhost") };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string Here([CallerFilePath] string path = "") => path;

    private sealed class CookieJar(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private readonly System.Net.CookieContainer cookies = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (cookies.GetCookieHeader(request.RequestUri!) is { Length: > 0 } kept)
            {
                request.Headers.Add("Cookie", kept);
            }
            var response = await base.SendAsync(request, cancellationToken);
            foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                cookies.SetCookies(request.RequestUri!, cookie);
            }
            return response;
        }
    }
}
