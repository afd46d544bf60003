using System.ComponentModel;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Metadata;
using WorkflowHost.Api;
using WorkflowHost.Identity;

namespace WorkflowHost.Web;

/// <summary>
/// A request that could not be read before any code of ours saw it: JSON that is none, a value of the wrong kind, another content type, too large. Programs
/// learn where; people get the page of that status. What the framework itself says names its types and stays within.
/// </summary>
internal sealed partial class UnreadableRequest : IExceptionHandler
{
    /// <inheritdoc />
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException unreadable) return false;
        httpContext.Response.StatusCode = unreadable.StatusCode;
        // Without a body: the page of this status is written behind this.
        if (!IdentitySetup.IsProgram(httpContext.Request)) return true;
        var problem = unreadable.InnerException switch
        {
            DateNotRead date => Problems.Unreadable(Path(date), date.Vi, date.Message),
            JsonException json => Problems.Unreadable(Path(json),
                $"Không đọc được JSON ở đây (dòng {json.LineNumber + 1}): sai cú pháp hoặc sai kiểu giá trị.",
                $"This JSON cannot be read (line {json.LineNumber + 1}): wrong syntax or a value of the wrong kind."),
            _ when unreadable.Message.Contains("no body was provided", StringComparison.Ordinal) => Problems.Unreadable("", "Hãy gửi nội dung JSON.", "Send a JSON body."),
            _ when Parameter().Match(unreadable.Message) is { Success: true } match => Problems.Unreadable(match.Groups[1].Value,
                "Thiếu giá trị này, hoặc không đọc được.", "This value is missing or cannot be read."),
            _ => null,
        };
        if (problem is not null) await problem.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>
    /// Refuses a value of the address that the endpoint cannot read. The code that the compiler makes for endpoints does not name one that may be left
    /// out, and takes an empty one for none.
    /// </summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        foreach (var parameter in context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            if (!parameter.HasTryParse || (context.GetRouteValue(parameter.Name) as string ?? (string?)context.Request.Query[parameter.Name]) is not { } value) continue;
            var type = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType) ?? parameter.ParameterInfo.ParameterType;
            if (value.Length == 0 || !TypeDescriptor.GetConverter(type).IsValid(value)) throw new BadHttpRequestException($"Failed to bind parameter \"{type.Name} {parameter.Name}\" from \"{value}\".");
        }

        return next(context);
    }

    /// <summary>Where in the body, without the "$." of the whole.</summary>
    private static string Path(JsonException exception) => exception.Path is { } path ? path.TrimStart('$').TrimStart('.') : "";

    // "Failed to bind parameter "int limit" from "abc".", "Required parameter "string unit" was not provided from query string."
    [GeneratedRegex("parameter \"(?:\\S+ )?(\\w+)\"")]
    private static partial Regex Parameter();
}
