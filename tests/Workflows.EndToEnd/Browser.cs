using Microsoft.Playwright;
using Npgsql;

namespace Workflows.EndToEnd;

/// <summary>Debian's Chromium in front of a running host of its own. The driver comes with the package; no browser is downloaded.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>The one password of the demo's accounts.</summary>
    public const string Password = "congdoan-2019";

    /// <summary>How long anything may take on a busy machine before the test gives up, in milliseconds; nothing is asserted about it.</summary>
    public const int Patience = 300_000;

    private IPlaywright _driver = null!;
    private IBrowser _chromium = null!;

    public RunningHost Host { get; } = new();

    /// <summary>The repository's folder <c>artifacts/screens</c> when pictures were asked for (<c>WORKFLOWS_SCREENS=1</c>), else null.</summary>
    public static string? Screens { get; } = Environment.GetEnvironmentVariable("WORKFLOWS_SCREENS") is "1"
        ? Directory.CreateDirectory(Path.Combine(Checkout(), "artifacts", "screens")).FullName
        : null;

    public async Task InitializeAsync()
    {
        var host = Host.InitializeAsync();
        _driver = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(Patience);
        _chromium = await _driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program("chromium"),
            // Root in a container: Chromium's own sandbox cannot be had there.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=vi-VN", "--font-render-hinting=none"],
        });
        await host;
    }

    /// <summary>A person's own window: no cookies, Vietnamese, as wide as a desk's screen or a phone's.</summary>
    public async Task<Visit> OpenAsync(int width = Visit.Desk, bool javaScript = true, string zone = "Asia/Ho_Chi_Minh")
    {
        var context = await _chromium.NewContextAsync(new()
        {
            BaseURL = Host.Address.ToString(),
            Locale = "vi-VN",
            TimezoneId = zone,
            ViewportSize = new() { Width = width, Height = Visit.Height },
            JavaScriptEnabled = javaScript,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(Patience);
        return await Visit.OpenAsync(context, Host.Address, width, javaScript);
    }

    /// <summary>The same, signed in by the form.</summary>
    public async Task<Visit> SignInAsync(string userName, int width = Visit.Desk, bool javaScript = true, string zone = "Asia/Ho_Chi_Minh")
    {
        var visit = await OpenAsync(width, javaScript, zone);
        await visit.SignInAsync(userName);
        return visit;
    }

    public async Task DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _driver.Dispose();
        await Host.DisposeAsync();
    }

    private static string Program(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is missing; ./test installs it.");

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Workflows.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the checkout.");
    }
}
