using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Unions.Plans;

/// <summary>What a person enters to open a plan; the workflow that carries it is started with it.</summary>
public sealed record PlanDraft
{
    /// <summary>Code of the issuing organisation.</summary>
    public required string Unit { get; init; }

    /// <summary>Workflow definition that carries the plan through its life.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>The year the plan belongs to; its dates count from it ("01-01(+1)").</summary>
    public required int CampaignYear { get; init; }

    /// <summary>Trích yếu.</summary>
    public required string Subject { get; init; }

    /// <summary>Abbreviation of the document type (KH, TB, HD …).</summary>
    public string DocType { get; init; } = "KH";

    /// <summary>Place printed before the date ("Thái Bình").</summary>
    public string? Place { get; init; }

    /// <summary>The superior's plan it carries out, as a plan of this system or in words.</summary>
    public Guid? ParentId { get; init; }

    public string? ParentText { get; init; }
    public string? Content { get; init; }
    public IReadOnlyList<LegalBasis> LegalBases { get; init; } = [];

    /// <summary>Lines above the signature ("TM. BAN THƯỜNG VỤ", "CHỦ TỊCH"): data of the organisation, never composed by code (domain §1.0).</summary>
    public IReadOnlyList<string> SignatureBlock { get; init; } = [];

    public IReadOnlyList<PlanRecipient> Recipients { get; init; } = [];

    /// <summary>How drafts, legal bases and recipients are written as JSON: camelCase, Vietnamese unescaped.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}

/// <summary>A document the plan rests on. <paramref name="Raw"/> is what the plan prints.</summary>
public sealed record LegalBasis(string Raw, string? Number = null, DateOnly? IssuedOn = null, string? Issuer = null, string? Subject = null);

/// <summary>One line of "Nơi nhận". At most one of unit, selector and address; a file copy ("Lưu: VP") has none.</summary>
/// <param name="Label">The line as printed.</param>
/// <param name="Unit">Code of a unit.</param>
/// <param name="Selector">Units below the issuer: <c>{"kinds":["GrassrootsUnion"],"directOnly":true}</c>.</param>
/// <param name="Address">E-mail address of an organisation outside.</param>
/// <param name="ActionCode">t/h, b/c, c/đ, để biết; plan 23 prints none.</param>
/// <param name="Action">action, report, direction, information or file.</param>
/// <param name="Channel">electronic or paper.</param>
public sealed record PlanRecipient(
    string Label, string? Unit = null, JsonObject? Selector = null, string? Address = null, string? ActionCode = null,
    string Action = "information", string Channel = "electronic");
