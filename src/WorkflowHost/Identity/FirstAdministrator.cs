using Microsoft.AspNetCore.Identity;
using Npgsql;
using Unions.Organisation;
using WorkflowEngine.Deadlines;
using WorkflowEngine.Organisation;
using WorkflowEngine.Storage;
using static WorkflowEngine.Storage.Db;

namespace WorkflowHost.Identity;

/// <summary>
/// The way into an empty production database: the account named by <c>Workflows:FirstAdministrator</c> gets the administrator's role at the top
/// of the tree and a one-time password, as long as nobody who manages the organisation could sign in. Afterwards the setting does nothing.
/// </summary>
/// <remarks>
/// What survives a crash: either step can be repeated. Until a password is stored there is still no administrator who could sign in, and the next
/// start goes on. Hosts that start at once come here one after the other (<see cref="Hosting.FirstRows"/>).
/// </remarks>
public sealed class FirstAdministrator(NpgsqlDataSource database, IPasswordHasher<Person> hasher, IConfiguration configuration, ILogger<FirstAdministrator> log)
{
    /// <summary>The setting with the user name.</summary>
    public const string UserNameKey = "Workflows:FirstAdministrator";

    /// <summary>The setting with the one-time password; without it one is made and printed.</summary>
    public const string PasswordKey = "Workflows:FirstAdministratorPassword";

    /// <summary>The setting with the code of the topmost unit that is made where there is none; an organisation file goes on from it.</summary>
    public const string UnitKey = "Workflows:RootUnit";

    private const int ShortestPassword = 10;

    private const string Has =
        """
        (select from person p join role_assignment a on a.person_id = p.id join role r on r.code = a.role join unit u on u.id = a.unit_id
          where p.is_active and p.password_hash is not null and 'organisation' = any(r.permissions)
            and a.valid_from <= $1 and $1 < a.valid_to and u.valid_from <= $1 and $1 < u.valid_to)
        """;

    private const string HasOne =
        $"""
        -- FirstAdministrator.HasOne
        select exists {Has}
        """;

    // What is there stays as it is: roles that people have named, an account that an import has made.
    private const string Known =
        """
        -- FirstAdministrator.Known
        select array(select code from unit where parent_id is null and valid_from <= $1 and $1 < valid_to order by id),
          (select code from role where 'organisation' = any(permissions) order by code <> 'Administrator', code limit 1),
          exists (select from person where normalized_user_name = $2)
        """;

    private const string SetPassword =
        $"""
        -- FirstAdministrator.SetPassword
        update person set password_hash = $3, security_stamp = $4, must_change_password = true, is_active = true, access_failed_count = 0, lockout_end = null
        where normalized_user_name = $2 and not exists {Has}
        """;

    /// <summary>Makes the account when it is asked for and needed. Returns the one-time password that was made here, to be shown once; null otherwise.</summary>
    /// <exception cref="StartupProblem">The name or the given password cannot be used.</exception>
    public async Task<string?> RunAsync(DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation = default)
    {
        var userName = configuration[UserNameKey]?.Trim();
        if (string.IsNullOrEmpty(userName)) return null;
        var given = configuration[PasswordKey];
        if (given is not null && (given.Length < ShortestPassword || PasswordRules.Refuses(userName, given, demo: false)))
            throw new StartupProblem($"{PasswordKey} needs at least {ShortestPassword} characters and must be neither the user name nor the demo's password.");

        var day = WorkingCalendar.VietnamPublic.DayOf(now);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if ((await Command(connection, HasOne, P(day)).ListAsync(r => r.GetBoolean(0), cancellation))[0])
        {
            log.LogWarning("{Setting} is set and does nothing: somebody with an administrator's role can sign in. Remove the setting and its password.", UserNameKey);
            return null;
        }

        var (roots, role, known) = (await Command(connection, Known, P(day), P(userName.ToUpperInvariant())).ListAsync(
            r => (r.GetFieldValue<string[]>(0), r.TextOrNull(1), r.GetBoolean(2)), cancellation))[0];
        await ImportAsync(FileOf(userName, roots, role, known), now, recordedAt, cancellation);
        var password = given ?? OneTimePassword.Make();
        await using var set = Command(connection, SetPassword,
            P(day), P(userName.ToUpperInvariant()), P(hasher.HashPassword(new Person { UserName = userName }, password)), P(Guid.NewGuid().ToString("N")));
        var stored = await set.ExecuteNonQueryAsync(cancellation) == 1;
        return stored && given is null ? password : null;
    }

    private OrganisationFile FileOf(string userName, string[] roots, string? role, bool known)
    {
        var file = new OrganisationFile();
        if (role is null)
        {
            role = "Administrator";
            file.Roles.Add(new(1, role, "Quản trị hệ thống", "Administrator", [Permission.Read, Permission.Organisation, Permission.Operate, Permission.Outbox, Permission.Schedule]));
        }

        if (roots.Length == 0)
        {
            var code = configuration[UnitKey]?.Trim() is { Length: > 0 } named ? named : "GOC";
            var name = configuration["Workflows:Organisation"] is { Length: > 0 } organisation ? organisation : code;
            file.Units.Add(new(1, code, name, name, "Root", null, null, null, WorkingCalendar.VietnamPublic.Id, [], [], "merge"));
            roots = [code];
        }

        if (!known) file.People.Add(new(1, userName, "Quản trị hệ thống", null, "vi"));
        foreach (var root in roots) file.Assignments.Add(new(1, userName, root, role, null, null, null));
        return file;
    }

    private async Task ImportAsync(OrganisationFile file, DateTimeOffset now, DateTimeOffset recordedAt, CancellationToken cancellation)
    {
        if (await ImportOrganisation.RunAsync(database, Actor.System, file, now, recordedAt, cancellation) is OrganisationImport.Rejected rejected)
            throw new StartupProblem($"{UserNameKey} cannot be used: {rejected.Errors[0].En}");
    }
}
