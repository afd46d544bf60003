using System.Text.RegularExpressions;

namespace WorkflowHost.Web;

/// <summary>
/// Keeps together on one line what is read as one: quantities ("8 ngày"), weekdays with their date
/// ("Thứ Tư 15/01/2020"), units named by a letter or number ("huyện C", "mục 7"). Before an opening quotation mark it puts
/// a hair space, since that glyph has almost no left bearing. Source: design §3, §10.
/// </summary>
public static partial class Nbsp
{
    /// <summary>The no-break space.</summary>
    public const char Space = '\u00a0';

    /// <summary>The text with no-break spaces where a line must not break. Binding twice changes nothing.</summary>
    public static string Bind(string text)
    {
        if (!text.Contains(' ', StringComparison.Ordinal))
        {
            return text;
        }
        var bound = Weekday().Replace(text, "$1\u00a0$2");
        bound = BeforeDate().Replace(bound, "$1\u00a0$2");
        bound = Quantity().Replace(bound, "$1\u00a0$2");
        bound = Named().Replace(bound, "$1\u00a0$2");
        return bound.Replace(" “", " \u200a“", StringComparison.Ordinal).Replace("Y tế", "Y\u00a0tế", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b(Thứ|thứ|Chủ|chủ) (Hai|Ba|Tư|Năm|Sáu|Bảy|nhật|Nhật)\b")]
    private static partial Regex Weekday();

    [GeneratedRegex(@"\b((?:Hai|Ba|Tư|Năm|Sáu|Bảy|nhật|Nhật|[A-Z][a-z]+day|ngày),?) (\d)")]
    private static partial Regex BeforeDate();

    [GeneratedRegex(@"(\d) (ngày|giờ|phút|tháng|năm|tuần|đơn vị|việc|thư|người|đại biểu|kế hoạch|báo cáo|lần|lỗi|chỗ|mục|trang|cuộc|bản|KB|MB|px|CĐCS|days?|hours?|minutes?|units?|working|people|delegates?|items?|letters?|pages?)\b")]
    private static partial Regex Quantity();

    [GeneratedRegex(@"\b(huyện|tỉnh|xã|phường|mục|Mục|điều|Điều|khoản|Khoản|chương|Chương|phần|Phần|lần|Lần|bản|Bản|số|Số|quý|tháng|năm) ([A-ZĐ]|\d[\d./]*|[IVX]+)\b")]
    private static partial Regex Named();
}
