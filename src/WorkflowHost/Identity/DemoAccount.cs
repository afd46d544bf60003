namespace WorkflowHost.Identity;

/// <summary>A role to try the demo in, offered below the sign-in form.</summary>
/// <param name="Role">"Chủ tịch CĐCS".</param>
/// <param name="Unit">"Bệnh viện đa khoa huyện A".</param>
/// <param name="UserName">Filled in on a click.</param>
/// <param name="Password">Filled in on a click; demo accounts have no secrets.</param>
public sealed record DemoAccount(string Role, string Unit, string UserName, string Password)
{
    /// <summary>The password of every demo account, written in the documents. Production takes it from nobody.</summary>
    public const string PublicPassword = "congdoan-2019";
}
