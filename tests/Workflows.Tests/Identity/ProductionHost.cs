using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using WorkflowHost.Hosting;
using Workflows.Tests.Managers;

namespace Workflows.Tests.Identity;

/// <summary>A whole production host on a database of its own, as Program builds it; its first lines are in <see cref="Printed"/>.</summary>
internal sealed class ProductionHost(WebApplication app, Installation installation, string printed) : IAsyncDisposable
{
    public WebApplication App => app;

    public string Printed => printed;

    public static async Task<ProductionHost> StartAsync(Postgres database, params string[] settings)
    {
        string[] args = ["--Workflows:Mode=Production", $"--ConnectionStrings:Workflows={database.ConnectionString}", "--Smtp:Host=127.0.0.1", "--Smtp:From=a@example.vn", .. settings];
        var installation = await Installation.OpenAsync(new ConfigurationBuilder().AddCommandLine(args).Build());
        try
        {
            var app = HostSetup.Build(
                new WebApplicationOptions { Args = args, ApplicationName = "WorkflowHost", ContentRootPath = Postgres.HostFolder(), EnvironmentName = "Production" }, installation);
            using var lines = new StringWriter();
            await FirstRows.InstallAsync(app.Services, installation, lines);
            app.Urls.Clear();
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync();
            return new ProductionHost(app, installation, lines.ToString());
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await installation.DisposeAsync();
    }

    /// <summary>A browser that keeps cookies and follows nothing.</summary>
    public HttpClient Browser() =>
        new(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()), Timeout = Postgres.Patience };

    public static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string path, params (string Name, string Value)[] fields)
    {
        var page = await browser.GetStringAsync(new Uri(path, UriKind.Relative));
        return await browser.PostAsync(new Uri(path, UriKind.Relative), DemoInJanuary.Form(page, fields));
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string user, string password) =>
        PostAsync(browser, "/sign-in", ("UserName", user), ("Password", password));

    public static Task<HttpResponseMessage> ChangeAsync(HttpClient browser, string current, string next, string? again = null) =>
        PostAsync(browser, "/change-password", ("Current", current), ("New", next), ("Again", again ?? next));

    public Task<HttpResponseMessage> TokenAsync(string user, string password) =>
        Browser().PostAsJsonAsync("/api/sign-in", new { userName = user, password });
}
