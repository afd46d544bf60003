using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Workflows.EndToEnd;

/// <summary>
/// One person's window. It remembers every fault of the pages on the way: errors of scripts and console, requests to other hosts, what the content
/// policy refused, answers of 500. <see cref="DisposeAsync"/> does not judge; <see cref="CloseAsync"/> does.
/// </summary>
public sealed class Visit : IAsyncDisposable
{
    public const int Desk = 1440;
    public const int Phone = 390;
    public const int Height = 900;

    // How long to wait before asking again, in milliseconds.
    private const int Again = 50;
    private const int Busy = 202;

    // WCAG 2.2 AA and everything below it; not within frames, where a mail stands that lets no script in.
    private const string Axe =
        """
        async within => {
          const result = await axe.run(within ? document.querySelector(within) : document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'], iframes: false });
          return result.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${v.help}: ${n.target.join(' ')}: ${n.failureSummary}`));
        }
        """;

    // What sticks out to the right of the window, by name; empty where one need not scroll sideways.
    private const string TooWide =
        """
        () => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
          document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] : [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .slice(0, 5).map(e => `${e.tagName}.${e.className} ends at ${Math.round(e.getBoundingClientRect().right)}`).concat('wider than the window'))
        """;

    private static readonly string _axeSource = new BundledAxeScriptProvider().GetScript();
    private readonly IBrowserContext _context;
    private readonly Uri _home;
    private readonly int _width;
    private readonly bool _runsScript;
    private readonly List<string> _faults = [];

    private Visit(IBrowserContext context, Uri home, int width, bool runsScript, IPage page) =>
        (_context, _home, _width, _runsScript, Page) = (context, home, width, runsScript, page);

    public IPage Page { get; }

    /// <summary>What went wrong so far.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults) return [.. _faults];
        }
    }

    public static async Task<Visit> OpenAsync(IBrowserContext context, Uri home, int width, bool runsScript)
    {
        ArgumentNullException.ThrowIfNull(context);
        await context.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error('CSP', e.effectiveDirective, e.blockedURI))");
        var visit = new Visit(context, home, width, runsScript, await context.NewPageAsync());
        visit.Watch();
        return visit;
    }

    private void Watch()
    {
        // A page that answers 404 or 422 on purpose is an error of the network to the console; answers are judged below.
        Page.Console += (_, m) =>
        {
            if (m.Type is "error" or "warning" && !m.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) Blame($"console: {m.Text}");
        };
        Page.PageError += (_, error) => Blame($"script: {error}");
        Page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_home.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) Blame($"outside: {request.Url}");
        };
        Page.Response += (_, response) =>
        {
            if (response.Status >= 500 || (response.Status >= 400 && !response.Request.IsNavigationRequest)) Blame($"{response.Status}: {response.Url}");
        };
    }

    private void Blame(string fault)
    {
        lock (_faults) _faults.Add($"{fault} (on {Page.Url})");
    }

    public Task<IResponse?> GoAsync(string path) => Page.GotoAsync(path);

    /// <summary>
    /// Goes to another of Studio's screens as a designer does, without loading the runtime again; loads the page where Studio does not run yet, and
    /// where it already shows this screen, which it would leave as it is.
    /// </summary>
    public async Task ShowAsync(string address)
    {
        var path = await Page.EvaluateAsync<string?>(
            """
            address => {
              if (!window.Blazor?.started) return null;
              const to = new URL(address, location.origin);
              if (to.pathname === location.pathname) return null;
              Blazor.navigateTo(to.href);
              return to.pathname;
            }
            """, address);
        if (path is null) await GoAsync(address);
        else await UntilAsync("the address has changed", () => Page.EvaluateAsync<bool>("path => location.pathname === path", path));
    }

    /// <summary>
    /// Waits until the page is at another address. Not by the driver's own waiting: on a busy machine it misses what Studio does to the address, and
    /// waits for ever.
    /// </summary>
    public Task UntilAtAsync(Regex address) =>
        UntilAsync($"the address is {address}", async () => address.IsMatch(await Page.EvaluateAsync<string>("() => location.pathname + location.search")));

    /// <summary>
    /// What went wrong but what Studio does by itself: its drawing code warns that it took a simpler way for a line, and that a box it was to find was
    /// not in the page; it warns that a list was left while it was read; Monaco's worker is a blob of the page itself.
    /// </summary>
    public IReadOnlyList<string> FaultsBesideStudios => [.. Faults.Where(f => !f.Contains("Unable to execute manhattan algorithm", StringComparison.Ordinal)
        && !f.Contains("Could not find wrapper element", StringComparison.Ordinal) && !f.Contains("due to a cancellation", StringComparison.Ordinal)
        && !f.StartsWith("outside: blob:", StringComparison.Ordinal))];

    /// <summary>Forgets what went wrong so far: something else begins in the same window.</summary>
    public void Forgive()
    {
        lock (_faults) _faults.Clear();
    }

    public async Task SignInAsync(string userName)
    {
        await GoAsync("sign-in");
        await Page.FillAsync("#UserName", userName);
        await Page.FillAsync("#Password", Browser.Password);
        await ArriveAsync(() => Page.ClickAsync(".sign-in-form button.is-filled"));
        Page.Url.ShouldBe(_home.ToString());
    }

    /// <summary>What the page says, with plain spaces.</summary>
    public async Task<string> TextAsync() => (await Page.TextContentAsync("main"))!.Replace('\u00a0', ' ');

    /// <summary>Opens the task of this title from the inbox; looks again, as a person would, while the workflow has not come to it yet.</summary>
    public async Task OpenTaskAsync(string title)
    {
        var link = Page.GetByRole(AriaRole.Link, new() { Name = title, Exact = true });
        await UntilAsync($"“{title}” stands in the inbox", async () =>
        {
            await GoAsync("");
            return await link.CountAsync() > 0;
        });
        await FollowAsync(link.First);
    }

    /// <summary>Follows a link and waits for its page.</summary>
    public async Task FollowAsync(ILocator link)
    {
        ArgumentNullException.ThrowIfNull(link);
        var address = await link.GetAttributeAsync("href") ?? throw new InvalidOperationException("It is no link.");
        await ArriveAsync(() => link.ClickAsync());
        Page.Url.ShouldContain(address.Split('#')[0]);
    }

    /// <summary>
    /// Presses a button that posts, and waits for the answer's status after redirects. An answer of 202 is a promise: the page asks again by itself
    /// (a window without script is asked again here), and what it comes to is the answer; <paramref name="atOnce"/> takes the first one.
    /// </summary>
    public async Task<int> PressAsync(string button, bool atOnce = false)
    {
        var status = await ArriveAsync(() => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync());
        if (!atOnce)
        {
            await UntilAsync("the work under way is done", async () =>
            {
                if (status == Busy) status = await ArriveAsync(() => _runsScript ? Task.CompletedTask : GoAsync(Page.Url));
                return status != Busy;
            });
        }

        return status;
    }

    /// <summary>
    /// Does what leads to another page and waits until that page, and no longer the old one, stands there; returns its status. Asked of the page
    /// itself, which knows by a mark whether it was left: on a busy machine the driver misses events and waits for them for ever. A page that is read
    /// but not complete can be laid out without its looks, where everything stands below each other.
    /// </summary>
    private async Task<int> ArriveAsync(Func<Task> act)
    {
        var status = 0;
        await Page.EvaluateAsync("() => { window.isLeft = true; }");
        await act();
        await UntilAsync("another page is there", async () =>
        {
            try
            {
                status = await Page.EvaluateAsync<int>("() => window.isLeft || document.readyState !== 'complete' ? 0 : performance.getEntriesByType('navigation')[0].responseStatus");
            }
            catch (PlaywrightException e) when (e.Message.Contains("context", StringComparison.Ordinal))
            {
                // Asked in the moment between two pages.
            }

            return status != 0;
        });
        return status;
    }

    public async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Browser.Patience) throw new TimeoutException($"Waited in vain until {what}, on {Page.Url}: {await TextAsync()}");
            await Task.Delay(TimeSpan.FromMilliseconds(Again), TimeProvider.System);
        }
    }

    /// <summary>Fills fields of the task's form by name: text, number, date, choice, ticks separated by commas, or a file's path.</summary>
    public async Task FillAsync(params (string Name, string Value)[] answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        foreach (var (name, value) in answers)
        {
            if (await Page.Locator($"[name='u.{name}']").CountAsync() > 0)
            {
                await Page.SetInputFilesAsync($"[name='u.{name}']", value);
                continue;
            }

            var first = Page.Locator($"[name='f.{name}'], [name='{name}']").First;
            switch (await first.EvaluateAsync<string>("e => e.tagName === 'SELECT' ? 'select' : e.type"))
            {
                case "radio" or "checkbox":
                    foreach (var one in value.Split(',')) await Page.CheckAsync($"[name='f.{name}'][value='{one}'], [name='{name}'][value='{one}']");
                    break;
                case "select":
                    await first.SelectOptionAsync(value);
                    break;
                default:
                    await first.FillAsync(value);
                    break;
            }
        }
    }

    /// <summary>Presses Tab until the keyboard stands on this element, each time with a ring that can be seen around it.</summary>
    public async Task TabToAsync(string selector)
    {
        for (var presses = 0; presses < 120; presses++)
        {
            await Page.Keyboard.PressAsync("Tab");
            var (there, ring) = (await Page.EvaluateAsync<bool>("s => document.activeElement.matches(s)", selector),
                await Page.EvaluateAsync<bool>("() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; }"));
            ring.ShouldBeTrue($"No focus ring on {await Page.EvaluateAsync<string>("() => document.activeElement.outerHTML.slice(0, 200)")}");
            if (there) return;
        }

        throw new InvalidOperationException($"Tab never came to {selector}.");
    }

    /// <summary>Presses Enter and waits for another page, whose address has this in it.</summary>
    public async Task EnterAsync(string address)
    {
        await ArriveAsync(() => Page.Keyboard.PressAsync("Enter"));
        Page.Url.ShouldContain(address);
    }

    /// <summary>Moves the demo's clock with the bar above the page, to the morning of a day.</summary>
    public async Task MoveClockAsync(string day)
    {
        await Page.FillAsync("#clock-day", day);
        await PressAsync("Tới ngày");
    }

    /// <summary>
    /// Looks at the page: nothing that a check for WCAG 2.2 AA finds, nothing to scroll sideways for on a desk or a phone. With pictures asked for
    /// it does so in both languages and widths and keeps what it saw; a page that answers a form cannot be asked again and stays in its language.
    /// </summary>
    public async Task LookAsync(string name, bool answersForm = false)
    {
        var languages = Browser.Screens is null || answersForm ? (string?[])[null] : ["vi", "en"];
        foreach (var language in languages)
        {
            if (language is not null) await SpeakAsync(language);
            foreach (var width in Browser.Screens is null ? [_width == Desk ? Phone : Desk, _width] : new[] { Desk, Phone })
            {
                await ResizeAsync(width);
                var found = (await Page.EvaluateAsync<string[]>(TooWide)).Select(f => $"{name} at {width}: {f}").ToList();
                if (Browser.Screens is not null || width == _width)
                {
                    await Page.EvaluateAsync(_axeSource);
                    found.AddRange((await Page.EvaluateAsync<string[]>(Axe)).Select(f => $"{name} at {width} {language}: {f}"));
                }

                if (Browser.Screens is { } folder)
                {
                    foreach (var fault in found) Blame(fault);
                    await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{language ?? "vi"}-{width}.png"), FullPage = true });
                }
                else found.ShouldBeEmpty();
            }
        }

        if (languages.Length > 1) await SpeakAsync("vi");
        await ResizeAsync(_width);
    }

    /// <summary>Makes the window so wide, and waits until the whole page stands in it.</summary>
    public async Task ResizeAsync(int width)
    {
        await Page.SetViewportSizeAsync(width, Height);
        await UntilAsync($"the page stands in a window of {width} pixels", () => Page.EvaluateAsync<bool>("width => innerWidth === width && document.readyState === 'complete'", width));
    }

    /// <summary>What a check for WCAG 2.2 AA finds in a part of the page.</summary>
    public async Task<string[]> FindBarriersAsync(string within)
    {
        await Page.EvaluateAsync(_axeSource);
        return await Page.EvaluateAsync<string[]>(Axe, within);
    }

    /// <summary>Goes on in this language, on the page that stands there.</summary>
    public async Task SpeakAsync(string language)
    {
        await _context.AddCookiesAsync([new() { Name = "workflows.language", Value = language, Url = _home.ToString() }]);
        await GoAsync(Page.Url.Split('#')[0]);
    }

    /// <summary>Ends the visit; fails when a page on the way had a fault.</summary>
    public async Task CloseAsync()
    {
        await DisposeAsync();
        Faults.ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
