using Microsoft.Playwright;
using Npgsql;

namespace Workflows.EndToEnd;

/// <summary>What every page owes everybody: keyboard, no script, words for what is under way, taken or gone; and a look at each of them.</summary>
[Collection(OnTheIssuedPlan.Name)]
public sealed class Faces_in_a_browser_Tests(IssuedPlan plan)
{
    private const string Title = "Nộp kế hoạch tổ chức hội nghị của đơn vị";
    private const string HandIn = "Nộp về Công đoàn ngành Y tế Thái Bình";

    private static readonly (string, string)[] _answers =
    [
        ("ngayKeHoach", "06/01/2020"), ("tongSoLaoDong", "150"), ("hinhThuc", "tuyen-duong"), ("quyMo", "toan-the"), ("ngayDuKien", "28/02/2020"), ("thoiLuong", "nua-ngay"),
        ("diaDiem", "Hội trường"),
    ];

    [Fact]
    public async Task The_keyboard_alone_signs_in_opens_fills_and_hands_in()
    {
        await using var visit = await plan.Browser.OpenAsync();
        await visit.GoAsync("sign-in");
        await visit.TabToAsync("#UserName");
        await visit.Page.Keyboard.TypeAsync("chutich.ttythe");
        await visit.TabToAsync("#Password");
        await visit.Page.Keyboard.TypeAsync(Browser.Password);
        await visit.EnterAsync("/");

        await visit.TabToAsync("main .btn.is-filled");
        await visit.EnterAsync("/tasks/");
        foreach (var (name, value) in _answers)
        {
            await visit.TabToAsync($"[name='f.{name}']");
            if (await visit.Page.Locator($"[name='f.{name}']").First.GetAttributeAsync("type") == "radio") await visit.Page.Keyboard.PressAsync("Space");
            else await visit.Page.Keyboard.TypeAsync(value);
        }

        await visit.TabToAsync("button[value=submit]");
        await visit.EnterAsync("#main");
        (await visit.TextAsync()).ShouldContain("Quá hạn 8 ngày");
        (await visit.Page.Locator("[name='f.diaDiem']").CountAsync()).ShouldBe(0);
        await visit.CloseAsync();
    }

    [Fact]
    public async Task Without_script_one_signs_in_opens_and_hands_in()
    {
        await using var visit = await plan.Browser.SignInAsync("chutich.ttythd", Visit.Phone, javaScript: false);
        await visit.OpenTaskAsync(Title);
        (await visit.PressAsync(HandIn)).ShouldBe(422);
        (await visit.Page.Locator("[role=alert] a, .errors a").CountAsync()).ShouldBeGreaterThan(3);
        await visit.FillAsync(_answers);
        (await visit.PressAsync(HandIn)).ShouldBe(200);
        (await visit.TextAsync()).ShouldContain("Đã nhận lúc 08:15");
        await visit.CloseAsync();
    }

    [Fact]
    public async Task At_four_times_the_size_units_to_choose_from_can_be_told_apart()
    {
        await using var visit = await plan.Browser.SignInAsync("quantri.cdyt");
        await visit.ResizeAsync(320);
        (await visit.GoAsync("organisation"))!.Status.ShouldBe(200);
        var units = visit.Page.Locator("select[multiple] option");
        (await units.CountAsync()).ShouldBeGreaterThan(30);
        (await units.EvaluateAllAsync<string[]>("all => all.filter(o => o.scrollWidth > o.clientWidth).map(o => o.textContent)")).ShouldBeEmpty();
        (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(320);
        await visit.CloseAsync();
    }

    [Fact]
    public async Task The_ways_stay_in_one_line_above_a_narrow_window_of_a_reader_with_two_units()
    {
        await using var visit = await plan.Browser.SignInAsync("quantri.cdyt");
        await visit.ResizeAsync(1000);
        await visit.Page.EvaluateAsync("() => document.querySelector('.who span').append(', Công đoàn cơ sở Trung tâm Y tế dự phòng tỉnh')");
        (await LinesOfWaysAsync(visit)).ShouldBe(1);
        await visit.CloseAsync();
    }

    [Theory]
    [InlineData("phochutich.cdyt")]
    [InlineData("quantri.cdyt")]
    [InlineData("quantri")]
    [InlineData("thietke")]
    public async Task The_ways_stay_in_one_line_at_every_width(string user)
    {
        await using var visit = await plan.Browser.SignInAsync(user);
        foreach (var language in new[] { "vi", "en" })
        {
            await visit.SpeakAsync(language);
            foreach (var width in new[] { 761, 768, 790, 800, 900, 961, 1000, 1100, 1181, 1440 })
            {
                await visit.ResizeAsync(width);
                (await LinesOfWaysAsync(visit)).ShouldBe(1, $"{language} at {width}");
                (await LinesOfWhoAsync(visit)).ShouldBeLessThanOrEqualTo(3, $"{language} at {width}");
                if (Browser.Screens is { } folder) await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"bar-{user}-{language}-{width}.png"), Clip = new() { Width = width, Height = 200 } });
                (await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
            }
        }

        await visit.CloseAsync();
    }

    /// <summary>The smallest window that pages are made for; with its menu open.</summary>
    [Theory]
    [InlineData("quantri.cdyt")]
    [InlineData("quantri")]
    [InlineData("thietke")]
    public async Task Every_part_of_the_bar_is_read_on_the_narrowest_phone(string user)
    {
        await using var visit = await plan.Browser.SignInAsync(user);
        await visit.ResizeAsync(320);
        foreach (var language in new[] { "vi", "en" })
        {
            await visit.SpeakAsync(language);
            await visit.Page.Locator(".menu-button").ClickAsync();
            (await visit.Page.EvaluateAsync<string[]>(Cut)).ShouldBeEmpty(language);
            (await LinesOfWhoAsync(visit)).ShouldBeLessThanOrEqualTo(3, language);
            if (Browser.Screens is { } folder) await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"bar-{user}-{language}-320.png") });
        }

        await visit.CloseAsync();
    }

    // What of the bar ends outside of the window or of its own box, or is too low to be hit.
    private const string Cut =
        """
        () => [...document.querySelectorAll('.clock :is(p, button, a, input), .top :is(a, button, .who, .who b, .who span)')].filter(e => e.getClientRects().length).filter(e => {
          const box = e.getBoundingClientRect();
          return box.right > innerWidth || box.left < 0 || (e.clientWidth && e.scrollWidth > e.clientWidth + 1) || (e.matches('.top :is(a, button)') && box.height < 44);
        }).map(e => `${e.tagName} ${e.className} ${e.textContent.trim()} ${JSON.stringify(e.getBoundingClientRect())}`)
        """;

    private static Task<int> LinesOfWhoAsync(Visit visit) => visit.Page.EvaluateAsync<int>(
        """
        () => new Set([...document.querySelectorAll('.who b, .who span')].flatMap(e => {
          const range = document.createRange();
          range.selectNodeContents(e.firstChild);
          return [...range.getClientRects()].map(r => Math.round(r.top));
        })).size
        """);

    private static Task<int> LinesOfWaysAsync(Visit visit) =>
        visit.Page.EvaluateAsync<int>("() => new Set([...document.querySelectorAll('.nav > li')].map(e => e.offsetTop)).size");

    [Fact]
    public async Task A_busy_workflow_says_that_the_work_is_safe_and_shows_the_end_by_itself()
    {
        await using var visit = await plan.Browser.SignInAsync("chutich.ttythi");
        await visit.OpenTaskAsync(Title);
        await visit.FillAsync(_answers);
        await using (var reviewer = await plan.Browser.SignInAsync("chuyenvien.cdyt"))
        {
            await visit.PressAsync(HandIn);
            await reviewer.GoAsync(new Uri(visit.Page.Url).AbsolutePath);
            await reviewer.FillAsync(("decision", "accept"));
            await using var holder = NpgsqlDataSource.Create(plan.Host.ConnectionString);
            await using var connection = await holder.OpenConnectionAsync();
            await using (var holds = await connection.BeginTransactionAsync())
            {
                await using var hold = new NpgsqlCommand("select i.id from instance i join task t on t.instance_id = i.id where t.id = $1 for update of i", connection, holds)
                {
                    Parameters = { new() { Value = Guid.Parse(new Uri(visit.Page.Url).Segments[^1]) } },
                };
                (await hold.ExecuteScalarAsync()).ShouldNotBeNull();
                // The window lies behind others, where the page doesn't ask again, so that it stands still while it is looked at.
                await reviewer.Page.AddInitScriptAsync("Object.defineProperty(document, 'hidden', { get: () => !sessionStorage.getItem('isSeen') })");
                (await reviewer.PressAsync("Duyệt", atOnce: true)).ShouldBe(202);
                await reviewer.Page.GetByText("Đã nhận, đang xử lý").WaitForAsync();
                await reviewer.LookAsync("30-processing", answersForm: true);
                await reviewer.Page.EvaluateAsync("() => { sessionStorage.setItem('isSeen', 'yes'); document.dispatchEvent(new Event('visibilitychange')); }");
                await holds.CommitAsync();
            }

            await reviewer.Page.GetByText("Đã nhận, đang xử lý").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await reviewer.Page.GetByText("Duyệt 08/01/2020").First.WaitForAsync();
            await reviewer.CloseAsync();
        }

        await visit.CloseAsync();
    }

    /// <summary>Waits until what was typed is kept, so that no draft comes later: to work that is done it would be refused.</summary>
    private static async Task KeptAsync(Visit visit)
    {
        var since = await visit.Page.EvaluateAsync<double>("() => { document.querySelector('form[data-autosave]').dispatchEvent(new Event('input')); return performance.now(); }");
        await visit.UntilAsync("the draft is kept", () => visit.Page.EvaluateAsync<bool>(
            "since => performance.getEntriesByType('resource').some(e => e.startTime > since && e.name.includes('Autosave'))", since));
    }

    [Fact]
    public async Task A_shared_task_is_taken_given_back_and_handed_in_once()
    {
        await using var chair = await plan.Browser.SignInAsync("chutich.bvdkt");
        await using var deputy = await plan.Browser.SignInAsync("phochutich.bvdkt", Visit.Phone);
        await deputy.OpenTaskAsync(Title);
        await chair.OpenTaskAsync(Title);
        await deputy.PressAsync("Nhận việc");
        await chair.GoAsync(chair.Page.Url);
        (await chair.TextAsync()).ShouldContain("Phó Chủ tịch CĐCS Bệnh viện đa khoa tỉnh đang làm việc này");
        (await chair.Page.Locator("[name='f.diaDiem']").CountAsync()).ShouldBe(0);
        await chair.LookAsync("31-task-held-by-a-colleague");
        await chair.GoAsync("");
        await chair.LookAsync("32-inbox-held");
        (await deputy.TextAsync()).ShouldNotContain("Báo bạn trong bản tổng hợp");
        await deputy.LookAsync("33-task-taken");
        await deputy.PressAsync("Nhả việc");

        // Both have it open; the deputy is quicker, and what the chair typed is not lost.
        await chair.OpenTaskAsync(Title);
        await chair.FillAsync(_answers);
        await KeptAsync(chair);
        await deputy.FillAsync([.. _answers, ("tongSoLaoDong", "640"), ("quyMo", "dai-bieu"), ("soDaiBieu", "180")]);
        (await deputy.PressAsync(HandIn)).ShouldBe(200);
        (await chair.PressAsync(HandIn)).ShouldBe(409);
        var said = await chair.TextAsync();
        said.ShouldContain("Đồng chí khác vừa nộp việc này lúc 08:15");
        said.ShouldContain("Nội dung bạn soạn");
        await chair.LookAsync("34-task-handed-in-by-a-colleague", answersForm: true);
        await deputy.CloseAsync();
        await chair.CloseAsync();
    }

    [Fact]
    public async Task A_draft_on_its_way_is_called_back_when_the_work_is_handed_in()
    {
        await using var visit = await plan.Browser.SignInAsync("chutich.ttythc");
        await visit.OpenTaskAsync(Title);
        var (sent, calledBack) = (new TaskCompletionSource(), new TaskCompletionSource());
        visit.Page.RequestFailed += (_, request) =>
        {
            if (IsDraft(request)) calledBack.TrySetResult();
        };
        // The draft never reaches the host; what is handed in leaves only when the draft is gone, so that it isn't the new page that ends it.
        await visit.Page.RouteAsync("**/tasks/**", async route =>
        {
            if (IsDraft(route.Request)) sent.TrySetResult();
            else
            {
                if (route.Request.Method == "POST") await calledBack.Task;
                await route.ContinueAsync();
            }
        });
        await visit.FillAsync(_answers);
        await sent.Task.WaitAsync(Browser.Patience);
        (await visit.PressAsync(HandIn)).ShouldBe(200);
        (await visit.TextAsync()).ShouldContain("Đã nhận lúc 08:15");
        await visit.CloseAsync();

        static bool IsDraft(IRequest request) => request.Url.Contains("autosave", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_gone_or_not_ones_own_says_so()
    {
        await using var visit = await plan.Browser.SignInAsync("chutich.ttytdp");
        (await visit.GoAsync($"tasks/{Guid.NewGuid()}"))!.Status.ShouldBe(404);
        await visit.LookAsync("40-not-found");
        await visit.CloseAsync();
        await using var designer = await plan.Browser.SignInAsync("thietke");
        (await designer.GoAsync("outbox"))!.Status.ShouldBe(403);
        await designer.LookAsync("41-not-yours");
        await designer.CloseAsync();

        await using var guest = await plan.Browser.OpenAsync();
        await guest.GoAsync("sign-in");
        await guest.Page.FillAsync("#UserName", "chutich.ttytdp");
        await guest.Page.FillAsync("#Password", "sai-mat-khau");
        await guest.PressAsync("Đăng nhập");
        await guest.LookAsync("43-sign-in-refused", answersForm: true);
        await guest.GoAsync("forgotten-password");
        await guest.LookAsync("44-forgotten-password");
        await guest.GoAsync($"plans/{plan.PlanId}");
        guest.Page.Url.ShouldContain("sign-in");
        await guest.CloseAsync();

        // The page that a failure shows; the answer 500 itself would count as a fault of the visit.
        await using var broken = await plan.Browser.OpenAsync();
        (await broken.GoAsync("error/500"))!.Status.ShouldBe(500);
        await broken.LookAsync("42-server-error");
    }

    [Fact]
    public async Task Every_page_of_staff_and_managers_can_be_read_by_everybody()
    {
        await using var officer = await plan.Browser.SignInAsync("chuyenvien.cdyt");
        await officer.LookAsync("50-inbox-officer-january");
        foreach (var (path, name) in new[]
        {
            ("plans", "51-plans"), ($"plans/{plan.PlanId}", "52-plan-january"), ($"plans/{plan.PlanId}/document", "53-plan-document"), ("overdue", "54-overdue"),
            ("outbox", "55-outbox"), ("demo/clock", "56-clock"), ("dev/mail", "57-caught-mails"), ("?q=khong-co", "58-inbox-search-none"), ("?tab=own", "59-inbox-own"),
        })
        {
            (await officer.GoAsync(path))!.Status.ShouldBe(200);
            await officer.LookAsync(name);
        }

        await officer.GoAsync("outbox");
        await officer.FollowAsync(officer.Page.Locator("main a[href*='/outbox/']").First);
        await officer.LookAsync("60-outbox-mail");
        await officer.GoAsync("dev/mail");
        await officer.FollowAsync(officer.Page.Locator("main a[href*='/dev/mail/']").First);
        await officer.LookAsync("61-caught-mail");
        await officer.GoAsync("?tab=follow-up");
        await officer.FollowAsync(officer.Page.Locator("main th[scope=row] a").First);
        var task = new Uri(officer.Page.Url).AbsolutePath;
        await officer.LookAsync("62-task-overdue-of-a-unit");
        foreach (var (part, name) in new[] { ("follow-up", "63-follow-up"), ("extend", "64-extend"), ("close", "65-close") })
        {
            (await officer.GoAsync($"{task}/{part}"))!.Status.ShouldBe(200);
            await officer.LookAsync(name);
        }

        await officer.CloseAsync();

        await using var unit = await plan.Browser.SignInAsync("chutich.ttytdp", Visit.Phone);
        await unit.LookAsync("70-inbox-unit-overdue");
        await unit.GoAsync("plans");
        await unit.LookAsync("71-plans-of-a-unit");
        await unit.GoAsync($"plans/{plan.PlanId}");
        await unit.LookAsync("72-plan-of-a-unit");
        await unit.CloseAsync();

        await using var leader = await plan.Browser.SignInAsync("phochutich.cdyt");
        await leader.GoAsync("overdue");
        await leader.LookAsync("73-overdue-vice-chair");
        await leader.CloseAsync();

        await using var operates = await plan.Browser.SignInAsync("quantri.cdyt");
        await operates.LookAsync("74-inbox-administrator");
        await using var database = NpgsqlDataSource.Create(plan.Host.ConnectionString);
        await using var find = database.CreateCommand("select root_id from plan where id = $1");
        find.Parameters.AddWithValue(plan.PlanId);
        await operates.GoAsync($"instances/{await find.ExecuteScalarAsync()}");
        await operates.LookAsync("75-instance");
        await operates.CloseAsync();
    }
}
