using Microsoft.Playwright;
using Npgsql;

namespace Workflows.EndToEnd;

/// <summary>
/// Debian's Chromium in front of a running host of its own: the one without any window of its own where it is installed, which does the same with little
/// more than half the processor. One serves the whole run, people's windows share nothing in it. The driver comes with the package; no browser is downloaded.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>The one password of the demo's accounts.</summary>
    public const string Password = "congdoan-2019";

    /// <summary>How long anything may take on a busy machine before the test gives up; nothing is asserted about it.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(5);

    private static readonly Lazy<Task<IBrowser>> _started = new(LaunchAsync);
    private IBrowser _chromium = null!;

    public RunningHost Host { get; } = new();

    /// <summary>The repository's folder <c>artifacts/screens</c> when pictures were asked for (<c>WORKFLOWS_SCREENS=1</c>), else null.</summary>
    public static string? Screens { get; } = Environment.GetEnvironmentVariable("WORKFLOWS_SCREENS") is "1"
        ? Directory.CreateDirectory(Path.Combine(Checkout(), "artifacts", "screens")).FullName
        : null;

    public async Task InitializeAsync()
    {
        var host = Host.InitializeAsync();
        _chromium = await _started.Value;
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
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return await Visit.OpenAsync(context, Host.Address, width, javaScript);
    }

    /// <summary>The same, signed in by the form.</summary>
    public async Task<Visit> SignInAsync(string userName, int width = Visit.Desk, bool javaScript = true, string zone = "Asia/Ho_Chi_Minh")
    {
        var visit = await OpenAsync(width, javaScript, zone);
        await visit.SignInAsync(userName);
        return visit;
    }

    public Task DisposeAsync() => Host.DisposeAsync();

    private static async Task<IBrowser> LaunchAsync()
    {
        var driver = await Playwright.CreateAsync();
        // Chromium ends with its driver.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => driver.Dispose();
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        return await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program("chromium-headless-shell", "chromium"),
            // Root in a container: Chromium's own sandbox cannot be had there.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=vi-VN", "--font-render-hinting=none"],
        });
    }

    private static string Program(params string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/bin").ToArray();
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{names[0]} is missing; ./test installs it.");
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Workflows.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the checkout.");
    }
}
