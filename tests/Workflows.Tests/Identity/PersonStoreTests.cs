using Microsoft.AspNetCore.Identity;
using WorkflowEngine.Storage;
using WorkflowHost.Identity;

namespace Workflows.Tests.Identity;

/// <summary>The statements of the account table.</summary>
public sealed class PersonStoreTests
{
    private static readonly DateTimeOffset Until = new(2026, 11, 21, 4, 20, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_person_comes_back_as_stored()
    {
        await using var database = await Postgres.CreateDatabase();
        using var store = new PersonStore(database.DataSource, new WorkflowEngine.Storage.BusinessClock(TimeProvider.System, movable: false), TimeProvider.System);
        var person = NewPerson("vanthu.cdyt");
        (await store.CreateAsync(person, default)).Succeeded.ShouldBeTrue();
        (await store.CreateAsync(NewPerson("vanthu.cdyt"), default)).Errors.Select(e => e.Code).ShouldBe(["DuplicateUserName"]);

        (person.Email, person.Language, person.PasswordHash, person.SecurityStamp, person.MustChangePassword, person.IsActive) =
            (null, "en", "hash-2", "stamp-2", true, false);
        (await store.UpdateAsync(person, default)).Succeeded.ShouldBeTrue();
        foreach (var found in new[] { await store.FindByIdAsync(person.Id.ToString(), default), await store.FindByNameAsync("VANTHU.CDYT", default) })
        {
            found.ShouldNotBeNull();
            (found.Id, found.UserName, found.DisplayName, found.CreatedAt).ShouldBe((person.Id, "vanthu.cdyt", "Văn thư", person.CreatedAt));
            (found.Email, found.Language, found.PasswordHash, found.SecurityStamp, found.MustChangePassword, found.IsActive)
                .ShouldBe((null, "en", "hash-2", "stamp-2", true, false));
        }

        foreach (var nobody in new[] { await store.FindByIdAsync("no id", default), await store.FindByIdAsync(Guid.NewGuid().ToString(), default), await store.FindByNameAsync("VANTHU\0", default) })
            nobody.ShouldBeNull();
    }

    [Fact]
    public async Task A_row_that_changed_meanwhile_is_not_overwritten()
    {
        await using var database = await Postgres.CreateDatabase();
        using var store = new PersonStore(database.DataSource, new WorkflowEngine.Storage.BusinessClock(TimeProvider.System, movable: false), TimeProvider.System);
        await store.CreateAsync(NewPerson("vanthu.cdyt"), default);
        var (first, second) = ((await store.FindByNameAsync("VANTHU.CDYT", default))!, (await store.FindByNameAsync("VANTHU.CDYT", default))!);

        (first.PasswordHash, first.SecurityStamp) = ("hash-2", "stamp-2");
        (await store.UpdateAsync(first, default)).Succeeded.ShouldBeTrue();
        second.PasswordHash = "hash-3";
        foreach (var refused in new[] { await store.UpdateAsync(second, default), await store.DeleteAsync(second, default) })
            refused.Errors.Select(e => e.Code).ShouldBe([nameof(IdentityErrorDescriber.ConcurrencyFailure)]);
        (await store.FindByNameAsync("VANTHU.CDYT", default))!.PasswordHash.ShouldBe("hash-2");
        (await store.DeleteAsync(first, default)).Succeeded.ShouldBeTrue();
        (await store.FindByNameAsync("VANTHU.CDYT", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Wrong_tries_at_the_same_time_all_count_and_no_old_copy_undoes_a_lock()
    {
        await using var database = await Postgres.CreateDatabase();
        using var store = new PersonStore(database.DataSource, new WorkflowEngine.Storage.BusinessClock(TimeProvider.System, movable: false), TimeProvider.System);
        await store.CreateAsync(NewPerson("vanthu.cdyt"), default);
        var stale = (await store.FindByNameAsync("VANTHU.CDYT", default))!;
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            await store.IncrementAccessFailedCountAsync((await store.FindByNameAsync("VANTHU.CDYT", default))!, default)));
        counts.Order().ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
        await store.SetLockoutEndDateAsync((await store.FindByNameAsync("VANTHU.CDYT", default))!, Until, default);

        stale.Email = "vanthu@example.vn";
        (await store.UpdateAsync(stale, default)).Succeeded.ShouldBeTrue();
        var now = (await store.FindByNameAsync("VANTHU.CDYT", default))!;
        (now.Email, now.AccessFailedCount, now.LockoutEnd).ShouldBe(("vanthu@example.vn", 8, Until));

        await store.ResetAccessFailedCountAsync(now, default);
        await store.SetLockoutEndDateAsync(now, null, default);
        now = (await store.FindByNameAsync("VANTHU.CDYT", default))!;
        (now.AccessFailedCount, now.LockoutEnd).ShouldBe((0, null));
    }

    private static Person NewPerson(string name) => new()
    {
        Id = Guid.NewGuid(),
        UserName = name,
        NormalizedUserName = name.ToUpperInvariant(),
        DisplayName = "Văn thư",
        Email = "vt@example.vn",
        PasswordHash = "hash-1",
        SecurityStamp = "stamp-1",
        CreatedAt = BusinessClock.Whole(Until.AddYears(-1)),
    };
}
