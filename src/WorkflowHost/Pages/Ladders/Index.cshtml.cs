using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using WorkflowHost.Api;
using WorkflowHost.Identity;
using WorkflowHost.Inbox;
using WorkflowHost.Web;

namespace WorkflowHost.Pages.Ladders;

/// <summary>All ladders with their rungs as sentences, and how much of what the reader may see goes by each. Everybody may look.</summary>
public sealed class IndexModel(RequestActor who, ReferenceStore reference, LadderUses uses, UnitNames names, Texts texts) : PageModel
{
    private ILookup<string, LadderUse> _uses = Array.Empty<LadderUse>().ToLookup(u => u.LadderId);

    public IReadOnlyList<Ladder> All { get; private set; } = [];

    public RungWords Words { get; private set; } = null!;

    /// <summary>The reader may begin another one.</summary>
    public bool MayMake { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken stop)
    {
        if (await who.ReadAsync(stop) is not { } actor) return Challenge();
        MayMake = actor.MayFromTheTop(Permission.Organisation);
        All = [.. await LaddersApi.AllAsync(reference, stop)];
        Words = new RungWords(await names.RolesAsync(stop), new HashSet<string>(), texts);
        _uses = (await uses.RunningAsync(actor, null, stop)).ToLookup(u => u.LadderId);
        return Page();
    }

    public int Clocks(Ladder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        return _uses[ladder.Id].Sum(u => u.Clocks);
    }

    /// <summary>The plans that go by it, by number.</summary>
    public IEnumerable<string> Plans(Ladder ladder)
    {
        ArgumentNullException.ThrowIfNull(ladder);
        return _uses[ladder.Id].Where(u => u.PlanId is not null).Select(u => PlanWords(u, texts)).Distinct();
    }

    /// <summary>The words of a shipped ladder, else its id.</summary>
    public static string NameOf(string id, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Find($"ladders.name.{id}") ?? id;
    }

    /// <summary>"Kế hoạch 23/KH-CĐYT"; without a number by its subject.</summary>
    public static string PlanWords(LadderUse use, Texts texts)
    {
        ArgumentNullException.ThrowIfNull(use);
        ArgumentNullException.ThrowIfNull(texts);
        return use.PlanId is null ? texts["ladders.use.no-plan"] : use.Number is { } number ? PlanName.InWords(number) : texts["ladders.use.no-number", use.Subject];
    }
}
