using WorkflowEngine.Organisation;

namespace Unions.Organisation;

/// <summary>What is known before an import: codes and parents in the database.</summary>
public sealed record KnownOrganisation(
    IReadOnlyDictionary<string, string?> ParentOfUnit, IReadOnlySet<string> Roles, IReadOnlySet<string> UserNames)
{
    public static readonly KnownOrganisation Empty = new(new Dictionary<string, string?>(), new HashSet<string>(), new HashSet<string>());
}

/// <summary>The rules of an organisation file, pure: everything that is wrong is told at once, each with its line.</summary>
public static class OrganisationCheck
{
    /// <summary>How a unit's place is taken: merged into another, with others into a new one, split, handed over, or only renamed.</summary>
    public static readonly IReadOnlySet<string> SuccessorKinds = new HashSet<string>(StringComparer.Ordinal) { "merge", "consolidate", "split", "transfer", "rename" };

    /// <summary>All errors of the file, by line.</summary>
    public static IReadOnlyList<ImportError> Run(OrganisationFile file, KnownOrganisation known)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(known);
        var errors = new List<ImportError>(file.Errors);

        Twice(file.Roles.Select(r => (r.Line, r.Code)), "code", "duplicate-role", "Chức vụ", "Role");
        Twice(file.Units.Select(u => (u.Line, u.Code)), "code", "duplicate-code", "Mã đơn vị", "Unit code");
        Twice(file.People.Select(p => (p.Line, p.UserName.ToUpperInvariant())), "userName", "duplicate-user", "Tên đăng nhập", "User name");
        Twice(file.Assignments.Select(a => (a.Line, $"{a.UserName.ToUpperInvariant()}/{a.Unit}/{a.Role}/{a.ValidFrom:O}")), "role", "duplicate-assignment", "Phân công", "Assignment");

        var codes = known.Roles.Concat(file.Roles.Select(r => r.Code)).ToHashSet(StringComparer.Ordinal);
        foreach (var role in file.Roles.Where(r => r.Superior is not null && (r.Superior == r.Code || !codes.Contains(r.Superior))))
            Add(role.Line, "superior", "unknown-role", $"Không có chức vụ “{role.Superior}” ở trên {role.Code}.", $"There is no role \"{role.Superior}\" above {role.Code}.");
        foreach (var role in file.Roles)
            foreach (var permission in role.Permissions.Where(p => !Permission.All.Contains(p)))
                Add(role.Line, "permissions", "unknown-permission", $"Không có quyền “{permission}”. Các quyền: {string.Join(", ", Permission.All)}.", $"There is no permission \"{permission}\".");

        var parents = new Dictionary<string, string?>(known.ParentOfUnit);
        foreach (var unit in file.Units.Where(u => u.Code.Length > 0)) parents[unit.Code] = unit.Parent;
        foreach (var unit in file.Units)
        {
            if (unit.Parent is { } parent && !parents.ContainsKey(parent))
                Add(unit.Line, "parent", "unknown-parent", $"Không có đơn vị cấp trên mã “{parent}”.", $"There is no parent unit with the code \"{parent}\".");
            else if (Cycle(unit.Code, parents) is { } cycle)
                Add(unit.Line, "parent", "cycle", $"Đơn vị cấp trên đi vòng: {cycle}.", $"The parents form a cycle: {cycle}.");
            if (unit.ValidFrom is { } from && unit.ValidTo is { } to && from >= to) Backwards(unit.Line);
            foreach (var successor in unit.Successors)
            {
                if (successor == unit.Code || !parents.ContainsKey(successor))
                    Add(unit.Line, "successor", "unknown-successor", $"Không có đơn vị kế tục mã “{successor}”.", $"There is no unit with the code \"{successor}\" to take its place.");
            }

            if (unit.Successors.Count > 0 && unit.ValidTo is null)
                Add(unit.Line, "validTo", "successor-without-end", "Đơn vị có đơn vị kế tục phải có ngày hết hiệu lực.", "A unit whose place is taken needs a day on which it ends (validTo).");
            if (!SuccessorKinds.Contains(unit.SuccessorKind))
                Add(unit.Line, "successorKind", "unknown-successor-kind", $"Không có cách kế tục “{unit.SuccessorKind}”: chỉ có {string.Join(", ", SuccessorKinds)}.", $"There is no way of succession \"{unit.SuccessorKind}\": only {string.Join(", ", SuccessorKinds)}.");
            if (unit.Attributes["headcount"] is { } headcount && (!int.TryParse(headcount.ToString(), out var staff) || staff < 0))
                Add(unit.Line, "attributes", "bad-headcount", $"Số lao động “{headcount}” phải là số không âm.", $"The headcount \"{headcount}\" must be a number, zero or more.");
            if (unit.Attributes["email"]?.ToString() is { } contact && !IsAddress(contact))
                Add(unit.Line, "attributes", "bad-email", $"“{contact}” không phải địa chỉ thư.", $"\"{contact}\" is no e-mail address.");
        }

        var users = new HashSet<string>(known.UserNames.Concat(file.People.Select(p => p.UserName)).Select(n => n.ToUpperInvariant()), StringComparer.Ordinal);
        foreach (var person in file.People)
        {
            if (person.Language is not ("vi" or "en")) Add(person.Line, "language", "bad-language", "Ngôn ngữ là vi hoặc en.", "The language is vi or en.");
            if (person.Email is { } email && !IsAddress(email))
                Add(person.Line, "email", "bad-email", $"“{email}” không phải địa chỉ thư.", $"\"{email}\" is no e-mail address.");
        }

        var roles = new HashSet<string>(known.Roles.Concat(file.Roles.Select(r => r.Code)), StringComparer.Ordinal);
        foreach (var held in file.Assignments)
        {
            if (held.Unit.Length > 0 && !parents.ContainsKey(held.Unit))
                Add(held.Line, "unit", "unknown-unit", $"Không có đơn vị mã “{held.Unit}”.", $"There is no unit with the code \"{held.Unit}\".");
            if (held.Role.Length > 0 && !roles.Contains(held.Role))
                Add(held.Line, "role", "unknown-role", $"Không có chức vụ “{held.Role}”. Các chức vụ: {string.Join(", ", roles.Order(StringComparer.Ordinal))}.", $"There is no role \"{held.Role}\".");
            if (held.UserName.Length > 0 && !users.Contains(held.UserName.ToUpperInvariant()))
                Add(held.Line, "userName", "unknown-user", $"Không có tài khoản “{held.UserName}”.", $"There is no account \"{held.UserName}\".");
            if (held.ValidFrom is { } from && held.ValidTo is { } to && from >= to) Backwards(held.Line);
        }

        return [.. errors.OrderBy(e => e.Line)];

        void Add(int line, string field, string code, string vi, string en) => errors.Add(new(line, field, code, vi, en));

        void Backwards(int line) => Add(line, "validTo", "dates-reversed", "Ngày hết hiệu lực phải sau ngày bắt đầu.", "validTo must be after validFrom.");

        void Twice(IEnumerable<(int Line, string Key)> keys, string field, string code, string vi, string en)
        {
            foreach (var same in keys.Where(k => k.Key.Length > 0).GroupBy(k => k.Key, StringComparer.Ordinal))
                foreach (var (line, key) in same.Skip(1))
                    Add(line, field, code, $"{vi} “{key}” đã có ở dòng {same.First().Line}.", $"{en} \"{key}\" stands already on line {same.First().Line}.");
        }
    }

    private static bool IsAddress(string text) => text.Count(c => c == '@') == 1 && !text.StartsWith('@') && !text.EndsWith('@') && !text.Any(char.IsWhiteSpace);

    private static string? Cycle(string code, Dictionary<string, string?> parents)
    {
        var way = new List<string> { code };
        for (var at = parents.GetValueOrDefault(code); at is not null; at = parents.GetValueOrDefault(at))
        {
            way.Add(at);
            if (at == code) return string.Join(" → ", way);
            if (way.Count > 64) return null; // a cycle above this unit; its own members report it
        }

        return null;
    }
}
