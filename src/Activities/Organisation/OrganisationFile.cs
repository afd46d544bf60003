using System.Text.Json.Nodes;

namespace Unions.Organisation;

/// <summary>An organisation as a file describes it; each record remembers its line, so that every error can name it.</summary>
public sealed class OrganisationFile
{
    public List<RoleRecord> Roles { get; } = [];
    public List<UnitRecord> Units { get; } = [];
    public List<PersonRecord> People { get; } = [];
    public List<AssignmentRecord> Assignments { get; } = [];

    /// <summary>What could not even be read; the checks add to it.</summary>
    public List<ImportError> Errors { get; } = [];
}

/// <summary>A role and what it may do.</summary>
/// <param name="Superior">The role at the same unit that is told when nobody who holds this one is there; null: the same role at the unit above.</param>
public sealed record RoleRecord(int Line, string Code, string LabelVi, string LabelEn, IReadOnlyList<string> Permissions, string? Superior = null);

/// <summary>A unit of the tree. Dates are half-open: valid from the first day on, until the day before <paramref name="ValidTo"/>.</summary>
/// <param name="Successors">Codes of the units that take its place when it ends; empty: none is named.</param>
/// <param name="SuccessorKind">How they do, one of <see cref="OrganisationCheck.SuccessorKinds"/>.</param>
public sealed record UnitRecord(
    int Line, string Code, string Name, string ShortName, string Kind, string? Parent, DateOnly? ValidFrom, DateOnly? ValidTo, string Calendar,
    JsonObject Attributes, IReadOnlyList<string> Successors, string SuccessorKind);

/// <summary>An account without password: those are set by the people themselves or, in the demo, by its loader.</summary>
public sealed record PersonRecord(int Line, string UserName, string DisplayName, string? Email, string Language);

/// <summary>A role held by a person at a unit.</summary>
public sealed record AssignmentRecord(int Line, string UserName, string Unit, string Role, string? Department, DateOnly? ValidFrom, DateOnly? ValidTo);

/// <summary>What is wrong, and where: <paramref name="Line"/> counts from 1.</summary>
public sealed record ImportError(int Line, string Field, string Code, string Vi, string En);
